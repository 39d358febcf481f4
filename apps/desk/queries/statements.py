"""Everything that the pages of statements show."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.approvals.models import ApprovalRequest
from apps.approvals.queries import inbox_of, open_request_of
from apps.contracts.actions import penalty_of
from apps.contracts.actions.issue import papers_of
from apps.contracts.actions.send import OWN_STATEMENT, SEND, is_own_work
from apps.contracts.models import Contract, LumpSumClaim, SettlementStatement, StatementRow
from apps.contracts.queries.arrived import said_of_arrived
from apps.contracts.queries.explained import TierSum, explained_rows, tier_sums, year_around
from apps.contracts.rules.due import may_suspend
from apps.contracts.rules.terms import terms_of
from apps.contracts.workflows.statement import OPEN_WORK, StatementState
from apps.core.calendar import today
from apps.desk.queries.pending import Pending, pending_of
from apps.desk.queries.timeline import Entry, timeline_of_row
from apps.documents.models import Document
from apps.org.actors import Actor
from apps.org.scope import visible
from apps.workflow.buttons import Button, buttons_for

PAGE_SIZE = 50
MOST_MONTHS = 24
# What the sheet offers as forms of its own rather than as plain buttons.
APART = {"submit", "recall", "confirm", "object", "pay", "send"}
WITH_CLIENT = {StatementState.SENT, StatementState.CONFIRMED, StatementState.OVERDUE}
# Bars are drawn on a line of so many units.
BAR = 1_000


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a waterfall: from where to where, in thousandths of the widest. tone: plus, minus or sum."""

    label: str | Promise
    amount: Decimal
    tone: str
    start: int
    width: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class StatementSheet:
    """One statement as it is shown. request: the open one, with decides when this person may decide on it now.

    pending: the decisions on it that have not taken effect. arrived: what was booked since, while it waits.
    """

    row: SettlementStatement
    receipts: list[Bar]
    commission: list[Bar]
    year: list[Bar]
    tiers: list[TierSum]
    rows: list[StatementRow]
    below: int | None
    papers: list[Document]
    buttons: list[Button]
    timeline: list[Entry]
    request: ApprovalRequest | None
    pending: list[Pending]
    decides: bool
    may_withdraw: bool
    may_invoice: bool
    may_give_link: bool
    lump: LumpSumClaim | None
    penalty: Decimal
    may_stop: bool
    arrived: list[Promise]

    @property
    def is_sent_late(self) -> bool:
        """Whether it lies with the client, who got it only after its due day."""
        return self.row.state in WITH_CLIENT and self.row.late_after > self.row.due_on

    @property
    def verbs(self) -> set[str]:
        """The names of what may be done now."""
        return {button.verb.name for button in self.buttons}

    @property
    def plain_buttons(self) -> list[Button]:
        """What is pressed without a form of its own."""
        return [button for button in self.buttons if button.verb.name not in APART]


def months_of(by: Actor) -> list[dt.date]:
    """The months that have statements, newest first."""
    months = (
        visible(SettlementStatement.objects.all(), by).order_by("-month").values_list("month", flat=True).distinct()
    )
    return list(months[:MOST_MONTHS])


def clients_of(by: Actor) -> list[tuple[int, str]]:
    """Key and name of the clients that have contracts which this person may know of, by name."""
    rows = visible(Contract.objects.all(), by).order_by("client__name").values_list("client", "client__name")
    return list(rows.distinct())


def statement_sheet(row: SettlementStatement, by: Actor, *, after: int = 0) -> StatementSheet:
    """Put the sheet of one statement together; the caller has checked that this person may know of it."""
    rows = list(explained_rows(row).filter(position__gt=after)[: PAGE_SIZE + 1])
    request = open_request_of(row) if row.state == StatementState.SUBMITTED else None
    tiers = tier_sums(row)
    terms = terms_of(row.terms)
    born = Entry(row.drafted_at, _("Worked out"), str(row.drafted_by or "opsdesk"))
    is_open = row.state in {StatementState.CONFIRMED, StatementState.OVERDUE}
    return StatementSheet(
        row=row,
        receipts=receipt_bars(row),
        commission=commission_bars(row, tiers),
        year=year_bars(row),
        tiers=tiers,
        rows=rows[:PAGE_SIZE],
        below=rows[PAGE_SIZE - 1].position if len(rows) > PAGE_SIZE else None,
        papers=list(papers_of(row)) if by.may("documents.view_document") else [],
        buttons=_buttons(row, by),
        timeline=timeline_of_row(row, StatementState, born),
        request=request,
        pending=[] if request is None else pending_of(request, by),
        decides=request is not None and inbox_of(by).filter(pk=request.pk).exists(),
        may_withdraw=request is not None and by.id is not None and request.requested_by_id == by.id,
        may_invoice=row.state not in OPEN_WORK and by.may("contracts.draft_statement"),
        may_give_link=row.state == StatementState.SENT and by.may(SEND) and not is_own_work(row, by),
        lump=_lump_of(row),
        penalty=penalty_of(row, today()) if is_open else row.penalty_amount or Decimal(0),
        arrived=said_of_arrived(row) if row.state == StatementState.SUBMITTED else [],
        may_stop=is_open and may_suspend(terms.penalty, due_on=row.late_after, until=today()),
    )


def _buttons(row: SettlementStatement, by: Actor) -> list[Button]:
    """What may be done; the door to the client is opened by other hands than those that made the figures."""
    own = is_own_work(row, by)
    return [
        replace(button, refusal=OWN_STATEMENT) if own and button.verb.name == "send" else button
        for button in buttons_for(row, by)
    ]


def _lump_of(row: SettlementStatement) -> LumpSumClaim | None:
    """The milestone payment that belongs to this month."""
    if row.lump_amount <= 0:
        return None
    return LumpSumClaim.objects.filter(contract=row.contract_id, year=year_around(row).first).first()


def receipt_bars(row: SettlementStatement) -> list[Bar]:
    """From what was received to what counts."""
    return _waterfall(
        [(_("Received"), row.received_amount, "plus"), (_("Refunded"), -row.refunded_amount, "minus")],
        (_("Receipts that count"), row.counted_amount),
    )


def commission_bars(row: SettlementStatement, tiers: Sequence[TierSum]) -> list[Bar]:
    """From each tier's commission to the total."""
    steps: list[tuple[str | Promise, Decimal, str]] = []
    for tier in tiers:
        if tier.commission:
            label = _("Earlier receipts of the year") if tier.is_catch_up else _("Commission")
            steps.append((_rated(label, tier.rate), tier.commission, "plus" if tier.commission > 0 else "minus"))
    if row.base_fee_amount:
        steps.append((_("Base fee"), row.base_fee_amount, "plus"))
    if row.credit_amount:
        steps.append((_("Base fee given back"), -row.credit_amount, "minus"))
    return _waterfall(steps, (_("Total"), row.total_amount))


def year_bars(row: SettlementStatement) -> list[Bar]:
    """How far the year has come towards the gate."""
    gate = Decimal(row.terms["scale"]["gate"])
    widest = max(gate, row.cumulative_after, row.cumulative_before, Decimal(1))
    steps = [
        (_("Before this month"), row.cumulative_before, "sum"),
        (_("With this month"), row.cumulative_after, "good" if row.cumulative_after >= gate else "sum"),
        (_("Threshold"), gate, "mark"),
    ]
    return [Bar(label, amount, tone, 0, _units(amount, widest)) for label, amount, tone in steps]


def _rated(label: str | Promise, rate: Decimal) -> str:
    return f"{label} {rate * 100:.2f} %"


def _waterfall(steps: list[tuple[str | Promise, Decimal, str]], total: tuple[str | Promise, Decimal]) -> list[Bar]:
    """Each step begins where the one before ended; the line shows from the lowest to the highest point."""
    points = [Decimal(0)]
    for _label, amount, _tone in steps:
        points.append(points[-1] + amount)
    low, high = min(*points, total[1], Decimal(0)), max(*points, total[1], Decimal(0))
    widest = max(high - low, Decimal(1))
    bars = [
        Bar(label, amount, tone, _units(min(was, now) - low, widest), _units(abs(amount), widest))
        for (label, amount, tone), was, now in zip(steps, points, points[1:], strict=False)
    ]
    start = _units(min(total[1], Decimal(0)) - low, widest)
    return [*bars, Bar(total[0], total[1], "total", start, _units(abs(total[1]), widest))]


def _units(amount: Decimal, widest: Decimal) -> int:
    return max(int(amount * BAR / widest), 0)
