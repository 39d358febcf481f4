"""Change what a contract says about money and prices, from a day on: the clause so far is cut short, a new one begins."""

import datetime as dt
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from psycopg2.extras import DateRange

from apps.audit.context import signed
from apps.contracts.actions.days import check_days, cut_short
from apps.contracts.actions.rights import must
from apps.contracts.models import (
    BaseFeeClause,
    Contract,
    ContractStore,
    DueClause,
    LumpSumClause,
    PriceClause,
    ScaleClause,
    SettlementStatement,
    Tier,
)
from apps.contracts.models.clauses import CLAUSE_VERB, HIGHEST_MARGIN, Clause
from apps.contracts.rules.commission import CommissionScale
from apps.contracts.rules.commission import Tier as TierRule
from apps.contracts.rules.months import last_day, month_after, month_of, settlement_year
from apps.contracts.rules.readings import PenaltyReading, ReceiptsReading, TierReading, YearReading
from apps.contracts.workflows.contract import ContractState
from apps.contracts.workflows.statement import StatementState
from apps.core.calendar import ONE_DAY, today
from apps.core.errors import Conflict, Invalid
from apps.core.speech import filled
from apps.org.actors import Actor
from apps.org.models import Store
from apps.org.scope import the_visible, visible
from apps.parameters.queries import value_of
from apps.stores.parameters import REFERENCE_STORE

SETTLED_MONTH = _("%(month)s is submitted or settled already; a clause can change from the month after it.")
GATE_WITHIN_A_YEAR = _(
    "Another threshold begins with a settlement year, such as on %(day)s; in the middle of one, commission would be "
    "billed twice or never."
)
OVER = _("This contract is over; its clauses do not change any more.")
BAD_FIGURES = _("These figures cannot be: amounts are not negative, rates lie between 0 % and 100 %, days are whole.")
NO_SUCH_STORE = _("There is no store with the code %(code)s.")
NO_REFERENCE = _("A price band needs a reference store: give its code here, or set one in the parameters.")
PRICES_WERE_DECIDED = _("Prices were decided by what is agreed until now; something else can be agreed from today on.")
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class BaseFee:
    """A basic service fee. returned_below: None when it is never given back. Rules: CON-36, CON-38."""

    monthly_amount: Decimal
    months: int
    returned_below: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """How commission is counted. tiers: (above receipts of, rate as a fraction), the first from 0. Rules: CON-39 to 42."""

    gate: Decimal
    tiers: tuple[tuple[Decimal, Decimal], ...]
    tier_reading: TierReading = TierReading.MARGINAL
    receipts_reading: ReceiptsReading = ReceiptsReading.NET


@dataclass(frozen=True, slots=True)
class LumpSum:
    """Commission paid at once when the year's receipts reach a sum. Rule: CON-41."""

    at_amount: Decimal
    working_days: int = 5


@dataclass(frozen=True, slots=True)
class Due:
    """When settlements are due and what it costs to be late. daily_rate: 0.001 is 1 ‰. Rules: CON-44, CON-45."""

    due_day: int = 10
    grace_days: int = 10
    daily_rate: Decimal = Decimal("0.001")
    penalty_reading: PenaltyReading = PenaltyReading.AFTER_GRACE


@dataclass(frozen=True, slots=True)
class Price:
    """What is agreed about prices; None and an empty code: the parameters hold. Rules: LST-20, LST-24, LST-76.

    band: ± fraction around the price in the store with this code, 0 for none. lowest_margin: a fraction of the price.
    """

    asks_client: bool = True
    band: Decimal | None = None
    reference_store: str = ""
    lowest_margin: Decimal | None = None


NewClause = BaseFee | Scale | LumpSum | Due | Price
MODELS: dict[type, type[Clause]] = {
    BaseFee: BaseFeeClause, Scale: ScaleClause, LumpSum: LumpSumClause, Due: DueClause, Price: PriceClause,
}  # fmt: skip


@transaction.atomic
def set_clause(contract_pk: int, new: NewClause, *, effective_from: dt.date, by: Actor, reason: str = "") -> Clause:
    """Let a contract say something else from a day on; before it the clause so far stays true.

    A change of a contract in force needs a reason and, where statements count with it, a month that is still open; drafts
    of statements notice it. What is agreed about prices begins today at the earliest once the contract is in force. Raises
    NotFound, NotAllowed, Invalid (figures, reason, reference store, past day), Conflict (settled month, contract over,
    another threshold within a settlement year). Rule: CON-33.
    """
    must(by, "contracts.keep_contract")
    the_visible(Contract.objects.all(), by, pk=contract_pk)
    row = Contract.objects.filter(pk=contract_pk).locked().get()
    _check(row, new, effective_from, reason)
    if isinstance(new, Scale):
        _check_gate(row, new, effective_from)
    if isinstance(new, Price):
        _check_band(row, new, effective_from)
    model = MODELS[type(new)]
    with signed(CLAUSE_VERB, by=by, reason=reason):
        _cut(model, row, effective_from)
        return _begun(model, row, new, effective_from, by=by, reason=reason)


def _check(row: Contract, new: NewClause, day: dt.date, reason: str) -> None:
    if row.state not in (ContractState.DRAFT, ContractState.ACTIVE):
        raise Conflict(OVER, code="over")
    check_days(day)
    if day < row.effective_from or (row.until is not None and day > row.until):
        raise Invalid(_("The day lies outside the contract."), code="outside")
    _check_figures(new)
    if row.state == ContractState.DRAFT:
        return
    if not reason.strip():
        raise Invalid(_("Please give a reason."), code="reason_missing")
    if isinstance(new, Price):
        if day < today():
            raise Invalid(PRICES_WERE_DECIDED, code="past_day")
        return
    settled = _last_settled(row)
    if settled is not None and day <= last_day(settled.month):
        raise Conflict(filled(SETTLED_MONTH, month=f"{settled.month:%Y-%m}"), code="settled")


def _check_gate(row: Contract, new: Scale, day: dt.date) -> None:
    """A year's receipts are measured against one threshold: what was billed under another is neither redone nor known."""
    year = settlement_year(row.effective_from, month_of(day), YearReading(row.year_reading))
    if month_of(day) <= max(year.first, month_of(row.effective_from)):
        return
    before = ScaleClause.objects.filter(contract=row, days__contains=day - ONE_DAY).first()
    if before is not None and before.gate != new.gate:
        raise Conflict(filled(GATE_WITHIN_A_YEAR, day=month_after(year.last).isoformat()), code="gate")


def _check_band(row: Contract, new: Price, day: dt.date) -> None:
    """A band lies around a price somewhere, in each store; no price was ever decided by a past day's parameters."""
    if not new.band or new.reference_store.strip():
        return
    stores = ContractStore.objects.filter(contract=row).values_list("store_id", flat=True)
    if not all(value_of(REFERENCE_STORE, on=max(day, today()), store_id=store) for store in stores):
        raise Invalid(NO_REFERENCE, code="no_reference")


def _last_settled(row: Contract) -> SettlementStatement | None:
    """The latest month whose figures somebody else has been shown; a draft notices a change by itself."""
    past_the_draft = SettlementStatement.objects.filter(contract=row).exclude(state=StatementState.DRAFT)
    return past_the_draft.order_by("-month").first()


def _check_figures(new: NewClause) -> None:
    """What the database would refuse, and a scale that is none, said in a sentence."""
    values = [value for value in asdict(new).values() if isinstance(value, Decimal | int)]
    fine = all(value >= 0 for value in values)
    match new:
        case Scale():
            fine = fine and _is_scale(new)
        case LumpSum():
            fine = fine and new.at_amount > 0
        case Due():
            fine = fine and 1 <= new.due_day <= 31 and new.daily_rate <= 1
        case Price():
            fine = fine and (new.band or 0) <= 1 and (new.lowest_margin or 0) <= HIGHEST_MARGIN
    if not fine:
        raise Invalid(BAD_FIGURES, code="figures")


def _is_scale(new: Scale) -> bool:
    try:
        CommissionScale(new.gate, tuple(TierRule(bound, rate) for bound, rate in new.tiers), new.tier_reading)
    except ValueError:
        return False
    return True


def _cut(model: type[Clause], row: Contract, day: dt.date) -> None:
    """End what was said so far the day before; what would have begun later is replaced too."""
    kept = list(model._base_manager.filter(contract=row, days__endswith__gt=day)) + list(
        model._base_manager.filter(contract=row, days__upper_inf=True)
    )
    for clause in kept:
        clause.days = cut_short(clause.days, day)
    model._base_manager.bulk_update(kept, ["days"])


def _begun(model: type[Clause], row: Contract, new: NewClause, day: dt.date, *, by: Actor, reason: str) -> Clause:
    columns: dict[str, Any] = asdict(new)
    tiers = columns.pop("tiers", ())
    if isinstance(new, Price):
        columns["reference_store"] = _store_named(new.reference_store, by)
    manager: models.Manager[Any] = model._base_manager
    clause: Clause = manager.create(
        contract=row, days=DateRange(day, None), reason=reason.strip()[:LONGEST_REASON], set_by_id=by.id, **columns
    )
    if isinstance(clause, ScaleClause):
        Tier.objects.bulk_create([Tier(scale=clause, lower_bound=bound, rate=rate) for bound, rate in tiers])
    return clause


def _store_named(code: str, by: Actor) -> Store | None:
    if not code.strip():
        return None
    store = visible(Store.objects.all(), by).filter(code=code.strip()).first()
    if store is None:
        raise Invalid(filled(NO_SUCH_STORE, code=code.strip()), code="no_store")
    return store


def first_open_day_of_prices(row: Contract) -> dt.date:
    """The first day from which this contract may say something else about prices."""
    return max(row.effective_from, today()) if row.state == ContractState.ACTIVE else row.effective_from


def first_open_day(row: Contract) -> dt.date:
    """The first day from which a clause of this contract may still change."""
    settled = _last_settled(row)
    if settled is None:
        return row.effective_from
    return max(row.effective_from, month_after(settled.month))
