"""The last step at the bench in one go: waybill, weight, check passed."""

from django.db import transaction

from apps.org.actors import Actor
from apps.warehouse.actions.scan import pass_scan_check
from apps.warehouse.actions.waybills import set_waybill
from apps.warehouse.models import Shipment
from apps.warehouse.queries.doubts import doubts_of, with_goods_grams
from apps.warehouse.rules.waybills import Doubt


@transaction.atomic
def close_parcel(
    shipment_pk: int,
    *,
    by: Actor,
    carrier_id: int | None = None,
    usual_id: int | None = None,
    waybill: str = "",
    weight_grams: int | None = None,
    is_sure: bool = False,
) -> list[Doubt]:
    """Give a parcel its waybill, if there is one already, and pass its check: both or nothing.

    The waybill may come later from a file; without a carrier its number tells whose it is, and usual_id where several
    have such numbers. Returns what looks wrong about number and weight; then nothing was changed, unless the packer is
    sure. Raises as `set_waybill` and `pass_scan_check` do. Rules: WHS-02, WHS-19, WHS-20.
    """
    if waybill.strip():
        set_waybill(shipment_pk, carrier_id, waybill, by=by, usual_id=usual_id)
    pass_scan_check(shipment_pk, by=by, weight_grams=weight_grams)
    doubts = doubts_of(with_goods_grams(Shipment.objects.filter(pk=shipment_pk)).get())
    if doubts and not is_sure:
        transaction.set_rollback(True)
    return doubts
