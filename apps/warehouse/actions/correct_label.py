"""Put right what stands on a closed parcel, as long as the carrier has not got it."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.org.actors import Actor
from apps.org.scope import the_visible
from apps.warehouse.actions.rights import must
from apps.warehouse.actions.waybills import set_waybill
from apps.warehouse.models import Shipment
from apps.warehouse.queries.doubts import doubts_of, with_goods_grams
from apps.warehouse.rules.waybills import Doubt, one_waybill
from apps.warehouse.rules.weights import checked_grams
from apps.warehouse.workflows.shipment import ShipmentState
from apps.workflow.move import IllegalMove

NOT_CLOSED = _("Only a closed parcel that is still in the house has a label to correct.")


@transaction.atomic
def correct_label(
    shipment_pk: int, *, by: Actor, carrier_id: int | None = None, waybill: str = "", weight_grams: int | None = None
) -> list[Doubt]:
    """Give a closed parcel another waybill, carrier or weight before it is handed over. Returns what looks wrong.

    Without a carrier a new number tells whose it is, and the parcel's carrier so far where several have such numbers; the
    number that it has stays with its carrier, and is never taken away. Raises as `set_waybill` does, Invalid for an
    impossible weight, IllegalMove when the parcel is open or gone. Rules: WHS-02, WHS-19.
    """
    must(by, "warehouse.check")
    parcel = the_visible(Shipment.objects.all(), by, pk=shipment_pk)
    parcel = Shipment.objects.locked().get(pk=parcel.pk)
    if parcel.state != ShipmentState.READY:
        raise IllegalMove(NOT_CLOSED, state=parcel.state)
    if carrier_id is not None or one_waybill(waybill) != parcel.waybill_number:
        set_waybill(parcel.pk, carrier_id, waybill, by=by, usual_id=parcel.carrier_id)
    if parcel.weight_grams != checked_grams(weight_grams):
        with signed("warehouse.shipment.weigh", by=by):
            Shipment.objects.filter(pk=parcel.pk).update(weight_grams=weight_grams)
    return doubts_of(with_goods_grams(Shipment.objects.filter(pk=parcel.pk)).get())
