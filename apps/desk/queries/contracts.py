"""Everything that the pages of contracts show."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery, Sum, prefetch_related_objects

from apps.contracts.actions import first_open_day
from apps.contracts.models import (
    Contract,
    ContractFile,
    ContractLook,
    ContractStore,
    LumpSumClaim,
    ScaleClause,
    SettlementStatement,
)
from apps.contracts.models.clauses import BaseFeeClause, Clause, DueClause, LumpSumClause, PriceClause
from apps.contracts.queries.late import late_receipts
from apps.contracts.workflows.contract import ContractState
from apps.core.calendar import today
from apps.finance.models import Receipt
from apps.org.actors import Actor
from apps.org.scope import visible
from apps.workflow.buttons import Button, buttons_for

PAGE_SIZE = 50
MOST_LOOKS = 20
MOST_LATE = 200
CLAUSES: dict[str, type[Clause]] = {
    "base_fee": BaseFeeClause, "scale": ScaleClause, "lump_sum": LumpSumClause, "due": DueClause,
    "price": PriceClause,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What a contract says on one subject: the clauses of one kind, newest first, with the one in force now."""

    kind: str
    clauses: list[Clause]
    now: Clause | None

    @property
    def label(self) -> Any:
        """The subject."""
        return CLAUSES[self.kind]._meta.verbose_name


@dataclass(frozen=True, slots=True)
class LateReceipts:
    """What came after the last statement: the oldest of them, and how many and how much all of them are."""

    shown: list[Receipt]
    count: int
    amount: Decimal

    @property
    def is_cut(self) -> bool:
        """Whether there are more than are shown."""
        return self.count > len(self.shown)


@dataclass(frozen=True, slots=True)
class ContractSheet:
    """One contract as it is shown."""

    row: Contract
    stores: list[ContractStore]
    said: list[Said]
    statements: list[SettlementStatement]
    lump_sums: list[LumpSumClaim]
    late: LateReceipts | None
    files: list[ContractFile]
    may_attach: bool
    buttons: list[Button]
    looks: list[ContractLook]
    may_change: bool
    first_open_day: Any


def contracts_of(by: Actor) -> "QuerySet[Contract]":
    """The contracts that this person may see, each with its year so far and its gate."""
    latest = SettlementStatement.objects.filter(contract=OuterRef("pk"), month__year=today().year).order_by("-month")
    scale = ScaleClause.objects.filter(contract=OuterRef("pk"), days__contains=today())
    stores = Prefetch("contract_stores", ContractStore.objects.select_related("store"))
    rows = visible(Contract.objects.select_related("client"), by).prefetch_related(stores)
    return rows.annotate(
        year_receipts=Subquery(latest.values("cumulative_after")[:1]), gate=Subquery(scale.values("gate")[:1])
    )


def share_of_gate(row: Contract) -> int | None:
    """How much of the gate the year has reached, in percent, at most 100; None when it is not known."""
    receipts: Decimal | None = getattr(row, "year_receipts", None)
    gate: Decimal | None = getattr(row, "gate", None)
    if not gate:
        return None
    return min(int(max(receipts or Decimal(0), Decimal(0)) * 100 / gate), 100)


def contract_sheet(row: Contract, by: Actor) -> ContractSheet:
    """Put the sheet of one contract together; the caller has written the look into the book."""
    looks = row.looks.order_by("-pk")[:MOST_LOOKS] if by.may("contracts.view_contractlook") else []
    is_open = row.state in {ContractState.DRAFT, ContractState.ACTIVE}
    return ContractSheet(
        row=row,
        stores=list(row.contract_stores.select_related("store")),
        said=[_said(kind, row) for kind in CLAUSES],
        statements=list(row.statements.order_by("-month")[:24]) if by.may("contracts.view_settlementstatement") else [],
        lump_sums=list(row.lump_sums.order_by("-year")),
        late=_late(row, by),
        files=list(row.files.select_related("file")),
        may_attach=by.may("contracts.keep_contract"),
        buttons=buttons_for(row, by),
        looks=list(looks),
        may_change=is_open and by.may("contracts.keep_contract"),
        first_open_day=first_open_day(row),
    )


def _late(row: Contract, by: Actor) -> LateReceipts | None:
    """What came after the last statement of a contract that is over; figures of money need the right to statements."""
    if row.state != ContractState.ENDED or not by.may("contracts.view_settlementstatement"):
        return None
    rows = late_receipts(row.pk)
    every = rows.aggregate(count=Count("pk"), amount=Sum("amount"))
    return LateReceipts(list(rows[:MOST_LATE]), every["count"], every["amount"]) if every["count"] else None


def _said(kind: str, row: Contract) -> Said:
    rows = (
        CLAUSES[kind]._base_manager.filter(contract=row, days__isempty=False).select_related("set_by").order_by("-days")
    )
    clauses = list(rows)
    prefetch_related_objects([each for each in clauses if isinstance(each, ScaleClause)], "tiers")
    prefetch_related_objects([each for each in clauses if isinstance(each, PriceClause)], "reference_store")
    day = today()
    return Said(kind, clauses, next((each for each in clauses if _holds(each, day)), None))


def _holds(clause: Clause, day: Any) -> bool:
    days = clause.days
    return bool(days.lower <= day and (days.upper is None or day < days.upper))
