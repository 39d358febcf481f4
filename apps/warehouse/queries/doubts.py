"""What looks wrong about parcels that are labelled and weighed."""

from django.db.models import Case, Count, F, OuterRef, QuerySet, Subquery, Sum, When

from apps.warehouse.models import CheckLine, Shipment
from apps.warehouse.rules.waybills import Doubt, doubts_about
from apps.warehouse.rules.weights import doubts_about_weight


def with_goods_grams(parcels: "QuerySet[Shipment]") -> "QuerySet[Shipment]":
    """Parcels with their carriers and `goods_grams`, what their goods weigh; None where a SKU's weight is not known."""
    inside = CheckLine.objects.filter(shipment=OuterRef("pk")).order_by().values("shipment")
    known = inside.annotate(lines=Count("pk"), weighed=Count("sku__weight_grams")).annotate(
        grams=Case(When(lines=F("weighed"), then=Sum(F("quantity") * F("sku__weight_grams"))))
    )
    return parcels.select_related("carrier").annotate(goods_grams=Subquery(known.values("grams")))


def doubts_of(parcel: Shipment) -> list[Doubt]:
    """What looks wrong about the label and the weight of one of `with_goods_grams`."""
    carrier, number = parcel.carrier, parcel.waybill_number
    label = doubts_about(number, carrier.name, carrier.waybill_patterns) if carrier and number else []
    return [*label, *doubts_about_weight(parcel.weight_grams, parcel.goods_grams)]  # type: ignore[attr-defined]  # counted by the query
