"""What a month's settlement of many contracts is worked out from, gathered in two statements for all of them."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.contracts.models import Contract
from apps.contracts.queries.receipts import Received, Wanted, add_up
from apps.contracts.queries.terms import ForMonth, Known, for_month
from apps.contracts.rules.figures import Figures, YearSoFar, figures_of, year_so_far
from apps.contracts.rules.months import month_after, month_of
from apps.contracts.rules.readings import ReceiptsReading
from apps.contracts.rules.terms import Terms, digest_of_terms, terms_of
from apps.contracts.workflows.statement import OPEN_WORK, StatementState
from apps.core.days import company_calendar
from apps.core.speech import filled

NOT_IN_FORCE = _("The contract is not in force.")
BEFORE_START = _("The contract is settled here from %(month)s on.")
AFTER_END = _("The contract ended before this month.")
MISSING_CLAUSE = _("The contract says nothing about commission or about the due day for this month.")
EARLIER_MISSING = _("%(month)s has no statement yet; work that month out first.")
EARLIER_OPEN = _("%(month)s is not approved yet; later months build on it.")
SETTLED = _("The statement of this month is past the draft and was left as it is.")
Refusals = dict[int, str | Promise]


@dataclass(frozen=True, slots=True)
class Prepared:
    """One contract, ready to be worked out. known: its draft of the month, if there is one."""

    contract: ForMonth
    terms: Terms
    so_far: YearSoFar
    wanted: Wanted
    known: Known | None


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """One contract with its figures."""

    prepared: Prepared
    received: Received
    figures: Figures

    @property
    def is_as_known(self) -> bool:
        """Whether the draft says the same already: same clauses, same receipts, same year before."""
        known, contract = self.prepared.known, self.prepared.contract
        return known is not None and (
            known.input_print == self.received.print
            and known.terms_digest == digest_of_terms(contract.terms)
            and known.cumulative_before == self.figures.cumulative_before
            and known.total_amount == self.figures.total_amount
            and known.earlier.lump_amount == self.figures.lump_amount
        )


def lock_contracts(contract_ids: Iterable[int]) -> list[int]:
    """Hold the contracts: two runs, or a run and a change of a clause, wait for each other. Returns those that exist."""
    return list(Contract.objects.filter(pk__in=sorted(contract_ids)).locked().values_list("pk", flat=True))


def work_out(contract_ids: Iterable[int], month: dt.date) -> tuple[list[WorkedOut], Refusals]:
    """The month's figures of every contract that can be settled, and the sentence for each that cannot.

    Where a statement is new its receipts are listed too; a draft mostly turns out to say the same already.
    """
    prepared, refused = prepare(contract_ids, month)
    return _with_figures(prepared, month, is_listed=any(each.known is None for each in prepared)), refused


def listed(worked_out: Sequence[WorkedOut], month: dt.date) -> list[WorkedOut]:
    """The same with their receipts listed, and figures from that very list, whatever was booked meanwhile."""
    if all(each.received.marks for each in worked_out):
        return list(worked_out)
    return _with_figures([each.prepared for each in worked_out], month, is_listed=True)


def _with_figures(prepared: Sequence[Prepared], month: dt.date, *, is_listed: bool) -> list[WorkedOut]:
    if not prepared:
        return []
    received = add_up((each.wanted for each in prepared), is_listed=is_listed)
    exceptions = company_calendar()
    return [_worked_out(each, received[each.wanted.contract_id], month, exceptions) for each in prepared]


def prepare(contract_ids: Iterable[int], month: dt.date, *, any_order: bool = False) -> tuple[list[Prepared], Refusals]:
    """Sort out which contracts can be settled. any_order: also with earlier months open, to look rather than to draft."""
    ready, refused = [], Refusals()
    for contract in for_month(contract_ids, month):
        sentence = _cannot(contract, month) or ("" if any_order else _not_yet(contract, month))
        if sentence:
            refused[contract.contract_id] = sentence
        else:
            ready.append(_prepared(contract, month))
    return ready, refused


def _cannot(contract: ForMonth, month: dt.date) -> str | Promise:
    if not contract.is_settled:
        return NOT_IN_FORCE
    if month < contract.first_month:
        return filled(BEFORE_START, month=f"{contract.first_month:%Y-%m}")
    if contract.until is not None and month > month_of(contract.until):
        return AFTER_END
    return "" if contract.terms["scale"] and contract.terms["due"] else MISSING_CLAUSE


def _not_yet(contract: ForMonth, month: dt.date) -> str | Promise:
    """A year is added up month by month, so months are settled in their order."""
    states = {known.month: known.state for known in contract.statements}
    if states.get(month, StatementState.DRAFT) != StatementState.DRAFT:
        return SETTLED
    before = month_after(month, -1)
    if month > contract.first_month and before not in states:
        return filled(EARLIER_MISSING, month=f"{before:%Y-%m}")
    still = [each for each, state in states.items() if each < month and state in OPEN_WORK]
    return filled(EARLIER_OPEN, month=f"{min(still):%Y-%m}") if still else ""


def _prepared(contract: ForMonth, month: dt.date) -> Prepared:
    terms = terms_of(contract.terms)
    known = next((each for each in contract.statements if each.month == month), None)
    earlier = [each.earlier for each in contract.statements if each.month < month]
    so_far = year_so_far(terms, month, earlier, contract.opening, contract.claims)
    lump = terms.lump_sum if terms.lump_sum and not so_far.is_lump_settled else None
    wanted = Wanted(
        contract_id=contract.contract_id, statement_id=known.id if known else 0, since=contract.first_month,
        until=month_after(month), is_gross=terms.receipts_reading == ReceiptsReading.GROSS, before=so_far.receipts,
        lump_at=lump.at_amount if lump and so_far.receipts < lump.at_amount else None,
    )  # fmt: skip
    return Prepared(contract, terms, so_far, wanted, known)


def _worked_out(prepared: Prepared, received: Received, month: dt.date, exceptions: Any) -> WorkedOut:
    figures = figures_of(
        prepared.terms, month, prepared.so_far, received=received.received, refunded=received.refunded,
        exceptions=exceptions,
    )  # fmt: skip
    return WorkedOut(prepared, received, figures)
