"""Stock as its pages show it: balances page by page, and one SKU in one warehouse."""

from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.desk.queries.stock_sources import Source, sources_of
from apps.org.actors import Actor
from apps.warehouse.models import BinBalance, Reservation, StockBalance, StockMove
from apps.warehouse.queries.stock import balances, bin_contents, moves_of

PAGE_SIZE = 60
MOVES_SHOWN = 60
TABS: dict[str, tuple[str | Promise, Q]] = {
    "all": (_("All SKUs"), Q()),
    "none": (_("Nothing available"), Q(on_hand__lte=F("reserved"))),
    "defective": (_("With defective pieces"), Q(defective__gt=0)),
}
SHORT = "short"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list of balances was asked for. after: warehouse code and SKU code of the last row seen."""

    tab: str = "all"
    text: str = ""
    warehouse: int | None = None
    after: tuple[str, str] | None = None


def balances_page(asked: Asked, by: Actor) -> tuple[list[StockBalance], tuple[str, str] | None]:
    """One page of balances, and the place after which the next one begins: codes of warehouse and SKU, None at the end."""
    rows = balances_asked(asked, by)
    if asked.after:
        house, code = asked.after
        rows = rows.filter(Q(warehouse__code__gt=house) | Q(warehouse__code=house, sku__code__gt=code))
    found = list(rows[: PAGE_SIZE + 1])
    if len(found) <= PAGE_SIZE:
        return found, None
    last = found[PAGE_SIZE - 1]
    return found[:PAGE_SIZE], (last.warehouse.code, last.sku.code)


def balances_asked(asked: Asked, by: Actor) -> "QuerySet[StockBalance]":
    """All balances that were asked for, from the first."""
    rows = balances(by).filter(TABS[asked.tab][1])
    if asked.warehouse is not None:
        rows = rows.filter(warehouse_id=asked.warehouse)
    return rows.filter(_names(asked.text)) if asked.text else rows


def _names(text: str) -> Q:
    """A barcode is typed or scanned whole, a code from its beginning, a name in part."""
    return Q(sku__barcode=text) | Q(sku__code__istartswith=text) | Q(sku__product__name__icontains=text)


@dataclass(frozen=True, slots=True)
class SkuStock:
    """One SKU in one warehouse: where it lies, for whom it is set aside, what it went through."""

    balance: StockBalance
    bins: "QuerySet[BinBalance]"
    reservations: "QuerySet[Reservation]"
    moves: list[tuple[StockMove, Source | None]]

    @property
    def available(self) -> int:
        """What is free to reserve."""
        return self.balance.on_hand - self.balance.reserved


def sku_stock(balance: StockBalance, by: Actor) -> SkuStock:
    """Put it together; the caller has checked that this person may know of it."""
    house, sku = balance.warehouse_id, balance.sku_id
    moves = list(moves_of(house, sku, by)[:MOVES_SHOWN])
    sources = sources_of(moves, by)
    held = Reservation.objects.filter(warehouse=house, sku=sku, closed_at__isnull=True)
    return SkuStock(
        balance=balance,
        bins=bin_contents(house, sku, by),
        reservations=held.select_related("shipping_order__store").order_by("reserved_at", "pk")[:MOVES_SHOWN],
        moves=[(each, sources.get((each.subject_type, each.subject_id))) for each in moves],
    )
