"""A bin held less than the books say, or a piece in it is damaged: the ledger is put right on the spot."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid
from apps.org.actors import Actor
from apps.warehouse.models import Bin, BinBalance, PickLine, StockBalance, StockMove


def write_off(line: PickLine, missing: int, *, damaged: bool, by: Actor) -> int:
    """Take missing pieces off the line's bin, in the caller's transaction and signature; the stock rows are locked already.

    damaged: they go to the warehouse's defects bin instead. Nothing is written off that other orders have set aside:
    what is left to clear up is for a stock count. Returns how many pieces. Rules: WHS-21, WHS-10.
    """
    warehouse = line.bin.warehouse_id
    pieces = min(missing, _free(warehouse, line))
    if pieces <= 0:
        return 0
    kind = StockMove.Kind.DEFECT if damaged else StockMove.Kind.ADJUSTMENT
    moves = [_move(line, line.bin, -pieces, kind, by)]
    if damaged:
        moves.append(_move(line, _defects_bin(warehouse), pieces, kind, by))
    StockMove.objects.bulk_create(moves)
    return pieces


def _free(warehouse_id: int, line: PickLine) -> int:
    in_house = StockBalance.objects.filter(warehouse_id=warehouse_id, sku_id=line.sku_id)
    in_bin = BinBalance.objects.filter(bin_id=line.bin_id, sku_id=line.sku_id)
    unreserved: int = in_house.values_list(F("on_hand") - F("reserved"), flat=True).get()
    unallocated: int = in_bin.values_list(F("quantity") - F("allocated"), flat=True).get()
    return min(unreserved, unallocated)


def _defects_bin(warehouse_id: int) -> Bin:
    place = Bin.objects.filter(warehouse_id=warehouse_id, kind=Bin.Kind.DEFECTS, is_active=True).order_by("pk").first()
    if place is None:
        raise Invalid(_("This warehouse has no bin for defects yet; add one first."), code="no_defects_bin")
    return place


def _move(line: PickLine, place: Bin, quantity: int, kind: StockMove.Kind, by: Actor) -> StockMove:
    return StockMove(
        warehouse_id=place.warehouse_id, bin=place, sku_id=line.sku_id, quantity=quantity, kind=kind,
        subject_type="warehouse.pickline", subject_id=line.pk, user_id=by.id,
    )  # fmt: skip
