"""The milestone payment: found on the day the year's receipts reach it, due so many working days later (CON-41)."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.contracts.actions.preparing import Prepared, WorkedOut, lock_contracts, prepare
from apps.contracts.actions.rights import must
from apps.contracts.models import LumpSumClaim, LumpSumClause
from apps.contracts.queries.receipts import add_up
from apps.contracts.rules.commission import commission_due
from apps.contracts.rules.due import lump_sum_due_on
from apps.contracts.rules.months import month_after, month_of
from apps.contracts.workflows.contract import ContractState
from apps.contracts.workflows.statement import StatementState
from apps.core.calendar import today
from apps.core.days import company_calendar
from apps.core.errors import Conflict, Invalid
from apps.core.money import Money
from apps.org.actors import SYSTEM, Actor
from apps.org.scope import the_visible

REACHED = "contracts.lumpsumclaim.reach"
PAID = "contracts.lumpsumclaim.pay"


def claim_reached(statements: Sequence[WorkedOut]) -> None:
    """Write down the lump sums that these months reach, under the caller's signature; a year has one."""
    _claim([(each.prepared, each.received.reached_on) for each in statements if each.figures.lump_amount > 0])


@transaction.atomic
def find_lump_sums() -> int:
    """Every day: which contracts' receipts have reached their sum, before their month is settled. Returns how many."""
    month = month_of(today())
    clauses = LumpSumClause.objects.filter(days__contains=today(), contract__state=ContractState.ACTIVE)
    keys = lock_contracts(clauses.values_list("contract_id", flat=True))
    prepared, _refused = prepare(keys, month, any_order=True)
    asked = [each for each in prepared if each.wanted.lump_at is not None and _is_year_before_settled(each)]
    received = add_up(each.wanted for each in asked) if asked else {}
    with signed(REACHED, by=SYSTEM):
        return _claim([(each, received[each.wanted.contract_id].reached_on) for each in asked])


def _is_year_before_settled(prepared: Prepared) -> bool:
    """Until then its receipts would be counted into the new year."""
    first, contract = prepared.so_far.year.first, prepared.contract
    settled = {known.month for known in contract.statements if known.state != StatementState.DRAFT}
    return first <= contract.first_month or month_after(first, -1) in settled


def _claim(found: Iterable[tuple[Prepared, dt.date | None]]) -> int:
    claims, exceptions = [], company_calendar() if (found := list(found)) else {}
    for prepared, reached_on in found:
        lump = prepared.terms.lump_sum
        if lump is not None and reached_on is not None:
            year = prepared.so_far.year.first
            # Receipts carried over from the year before count from the year's first day on.
            day = max(reached_on, year)
            due_on = lump_sum_due_on(day, lump.working_days, exceptions)
            amount = commission_due(Money(lump.at_amount), prepared.terms.scale).amount
            claims.append(LumpSumClaim(
                contract_id=prepared.contract.contract_id, clause_id=lump.clause, year=year,
                reached_on=day, amount=amount, due_on=due_on,
            ))  # fmt: skip
    if claims:
        LumpSumClaim.objects.bulk_create(claims, ignore_conflicts=True)
    return len(claims)


@transaction.atomic
def pay_lump_sum(pk: int, *, paid_on: dt.date, by: Actor) -> LumpSumClaim:
    """Write down that a milestone payment has arrived. Raises NotFound, NotAllowed, Invalid, Conflict once it is paid."""
    must(by, "contracts.pay_statement")
    the_visible(LumpSumClaim.objects.all(), by, pk=pk)
    row = LumpSumClaim.objects.filter(pk=pk).locked().get()
    if row.paid_on is not None:
        raise Conflict(_("This payment was written down before."), code="paid_before")
    if paid_on > today():
        raise Invalid(_("A payment cannot have arrived in the future."), code="in_the_future")
    with signed(PAID, by=by):
        LumpSumClaim.objects.filter(pk=pk).update(paid_on=paid_on, recorded_by_id=by.id)
    row.refresh_from_db()
    return row
