"""Inspected goods into the stock ledger: good pieces into a bin for picking, bad ones into the bin for defects."""

from collections.abc import Collection, Sequence
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from apps.aftersales.models import ReturnLine, ReturnOrder
from apps.audit.context import signed
from apps.core.errors import Invalid
from apps.core.facts import announce
from apps.core.speech import filled
from apps.org.actors import Actor
from apps.warehouse.actions.locks import lock_stock_to_move
from apps.warehouse.facts import StockArrived
from apps.warehouse.models import Bin, BinBalance, StockMove

RESTOCK = "aftersales.returnorder.restock"
SUBJECT = "aftersales.returnorder"


class Counted(Protocol):
    """Good and bad pieces, and where the good ones are to go."""

    @property
    def good(self) -> int:
        """Pieces that can be sold again."""

    @property
    def bad(self) -> int:
        """Pieces that cannot."""

    @property
    def bin_id(self) -> int | None:
        """The chosen bin; None for the usual one."""


def put_away(row: ReturnOrder, counted: Sequence[tuple[ReturnLine, Counted]], *, by: Actor) -> None:
    """Write the moves of one inspection, and wake those who wait for goods when good ones are among them.

    Goods without a SKU of ours are not in our stock and make none. Takes the stock locks first. Raises
    Invalid when there is no bin to put something in.
    """
    ours = {line.sku_id for line, count in counted if line.sku_id is not None and count.good + count.bad}
    if not ours:
        return
    lock_stock_to_move(row.warehouse_id, ours)
    usual, moves = usual_bins(row.warehouse_id, ours), []
    for line, count in counted:
        if line.sku_id in ours and count.good:
            moves.append(_moved(row, line.sku_id, _good_bin(row, line, count, usual), count.good, by))
        if line.sku_id in ours and count.bad:
            moves.append(_moved(row, line.sku_id, _bad_bin(row), count.bad, by))
    with signed(RESTOCK, by=by):
        StockMove.objects.bulk_create(moves)
    if any(count.good for _line, count in counted):
        announce(StockArrived())


def usual_bins(warehouse_id: int, sku_ids: Collection[int]) -> dict[int, int]:
    """SKU → the bin for picking in which most of it lies; SKUs of which none lies anywhere are not in it."""
    lying = BinBalance.objects.filter(
        bin__warehouse_id=warehouse_id, bin__kind=Bin.Kind.PICK, bin__is_active=True, sku_id__in=sku_ids, quantity__gt=0
    )
    rows = lying.order_by("sku_id", "-quantity", "bin__walk_order", "bin_id").values_list("sku_id", "bin_id")
    found: dict[int, int] = {}
    for sku, place in rows:
        found.setdefault(sku, place)
    return found


def pick_bins(warehouse_id: int) -> "list[Bin]":
    """The bins that good pieces may go to, in walking order."""
    return list(Bin.objects.filter(warehouse_id=warehouse_id, kind=Bin.Kind.PICK, is_active=True))


def defects_bin(warehouse_id: int) -> Bin | None:
    """The bin that bad pieces go to, if the warehouse has one."""
    return Bin.objects.filter(warehouse_id=warehouse_id, kind=Bin.Kind.DEFECTS, is_active=True).first()


def bins_of(row: ReturnOrder) -> dict[int, list[Bin]]:
    """SKU → the bins in which the inspection has put it, the good pieces' first."""
    moves = StockMove.objects.filter(subject_type=SUBJECT, subject_id=row.pk).select_related("bin").order_by("pk")
    found: dict[int, dict[Bin, None]] = {}
    for each in moves:
        found.setdefault(each.sku_id, {})[each.bin] = None
    return {sku: list(places) for sku, places in found.items()}


def _good_bin(row: ReturnOrder, line: ReturnLine, count: Counted, usual: dict[int, int]) -> int:
    place = count.bin_id or usual.get(line.sku_id or 0)
    open_bins = Bin.objects.filter(warehouse_id=row.warehouse_id, kind=Bin.Kind.PICK, is_active=True)
    if place is None or not open_bins.filter(pk=place).exists():
        sentence = _("Choose the bin into which the good pieces of %(sku)s go.")
        raise Invalid(filled(sentence, sku=line.sku), code="bin_missing")
    return place


def _bad_bin(row: ReturnOrder) -> int:
    place = defects_bin(row.warehouse_id)
    if place is None:
        raise Invalid(_("This warehouse has no bin for defects; add one first."), code="no_defects_bin")
    return place.pk


def _moved(row: ReturnOrder, sku_id: int, bin_id: int, quantity: int, by: Actor) -> StockMove:
    return StockMove(
        warehouse_id=row.warehouse_id, bin_id=bin_id, sku_id=sku_id, quantity=quantity,
        kind=StockMove.Kind.RETURN, subject_type=SUBJECT, subject_id=row.pk, user_id=by.id,
    )  # fmt: skip
