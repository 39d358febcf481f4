"""Work out statements: a month of many contracts at once, the same again when nothing has changed."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.postgres.functions import TransactionNow
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.contracts.actions.lump_sums import claim_reached
from apps.contracts.actions.preparing import Refusals, WorkedOut, listed, lock_contracts, work_out
from apps.contracts.actions.rights import must
from apps.contracts.actions.rows import Explained, write_rows
from apps.contracts.models import SettlementStatement, StatementRow
from apps.contracts.models.statement import DRAFT_VERB
from apps.contracts.rules.figures import Figures
from apps.contracts.rules.months import month_after, month_of
from apps.contracts.rules.terms import digest_of_terms
from apps.contracts.workflows.statement import not_over
from apps.core.bulk import insert_rows
from apps.core.calendar import today
from apps.core.errors import Conflict, Invalid, NotFound
from apps.core.numbering import document_number, next_numbers
from apps.org.actors import Actor
from apps.org.scope import the_visible

SERIES = "JS"


@dataclass(frozen=True, slots=True)
class Drafted:
    """What became of the contracts of one run, by their keys; for each that was left out, the sentence."""

    new: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    refused: Refusals = field(default_factory=dict)


def draft_statements(contract_ids: Iterable[int], month: dt.date, *, by: Actor) -> Drafted:
    """Work out a month of these contracts; drafts that would say the same stay untouched.

    month: any day of it. A fixed number of statements whatever the number of receipts. Raises NotAllowed, Invalid before
    the month is over. Rules: CON-36 to CON-44; reliability: M3 to M5.
    """
    must(by, "contracts.draft_statement")
    month, keys = month_of(month), sorted(contract_ids)
    if month_after(month) > today():
        raise Invalid(not_over(month), code="month_not_over")
    return _drafted(keys, month, by)


def draft_again(pk: int, *, by: Actor) -> SettlementStatement:
    """Work one draft out anew. Raises NotFound, NotAllowed, Conflict with the sentence why it cannot be."""
    row = the_visible(SettlementStatement.objects.all(), by, pk=pk)
    done = draft_statements([row.contract_id], row.month, by=by)
    if row.contract_id in done.refused:
        raise Conflict(done.refused[row.contract_id], code="cannot_draft")
    row.refresh_from_db()
    return row


@transaction.atomic
def _drafted(keys: list[int], month: dt.date, by: Actor) -> Drafted:
    keys = lock_contracts(keys)
    worked_out, refused = work_out(keys, month)
    news = [each for each in worked_out if each.prepared.known is None]
    changed = listed([each for each in worked_out if not each.is_as_known and each.prepared.known is not None], month)
    if news or changed:
        with signed(DRAFT_VERB, by=by):
            _write([*_born(news, month, by), *_changed(changed, by)])
            claim_reached([*news, *changed])
    written = {each.prepared.contract.contract_id for each in (*news, *changed)}
    return Drafted(
        new=[each.prepared.contract.contract_id for each in news],
        changed=[each.prepared.contract.contract_id for each in changed],
        unchanged=[key for each in worked_out if (key := each.prepared.contract.contract_id) not in written],
        refused=refused,
    )


def _born(news: list[WorkedOut], month: dt.date, by: Actor) -> list[tuple[int, WorkedOut]]:
    if not news:
        return []
    day = today()
    numbers = next_numbers(SERIES, day, len(news))
    rows = [
        {
            "number": document_number(SERIES, day, running), "contract_id": each.prepared.contract.contract_id,
            "month": month, **_columns(each, by),
        }
        for running, each in zip(numbers, news, strict=True)
    ]  # fmt: skip
    keys = insert_rows(SettlementStatement, rows, by="contract_id")
    return [(keys[each.prepared.contract.contract_id], each) for each in news]


def _changed(changed: list[WorkedOut], by: Actor) -> list[tuple[int, WorkedOut]]:
    pairs = [(each.prepared.known.id, each) for each in changed if each.prepared.known is not None]
    if not pairs:
        return []
    rows = [SettlementStatement(pk=pk, drafted_at=TransactionNow(), **_columns(each, by)) for pk, each in pairs]
    SettlementStatement.objects.bulk_update(rows, ["drafted_at", *_columns(changed[0], by)])
    StatementRow.objects.filter(statement__in=[pk for pk, _each in pairs]).delete()
    return pairs


def _columns(each: WorkedOut, by: Actor) -> dict[str, object]:
    terms = each.prepared.contract.terms
    return {
        **{name: getattr(each.figures, name) for name in Figures.__slots__}, "terms": terms,
        "terms_digest": digest_of_terms(terms),
        "input_print": each.received.print, "row_count": each.received.count,
        "drafted_by_id": by.id,
    }  # fmt: skip


def _write(statements: list[tuple[int, WorkedOut]]) -> None:
    write_rows(
        Explained(
            pk, each.received, each.prepared.so_far.receipts, each.prepared.terms.scale, each.figures.commission_amount
        )
        for pk, each in statements
    )


def check_fresh(row: SettlementStatement) -> None:
    """Raise Conflict when the draft would say something else if it were worked out now: receipts, clauses, year before."""
    worked_out, refused = work_out([row.contract_id], row.month)
    if row.contract_id in refused:
        raise Conflict(refused[row.contract_id], code="cannot_draft")
    if not worked_out:
        raise NotFound(_("There is no such record, or it belongs to another store."))
    if not worked_out[0].is_as_known:
        raise Conflict(
            _("Receipts or clauses have changed since this was worked out. Work it out again."), code="stale"
        )
