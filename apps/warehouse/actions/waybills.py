"""Give parcels their carrier and waybill number, one at the bench or thousands from a file."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.core.bulk import as_array, as_text_array, many_keys
from apps.core.errors import Conflict, Invalid, NotFound
from apps.core.speech import filled
from apps.org.actors import Actor
from apps.org.scope import the_visible
from apps.stores.queries.scanning import sku_meant
from apps.warehouse.actions.rights import must
from apps.warehouse.models import Carrier, Shipment
from apps.warehouse.rules.waybills import (
    CarrierNames,
    carriers_by_name,
    carriers_that_fit,
    one_waybill,
)
from apps.warehouse.workflows.shipment import IN_THE_HOUSE
from apps.workflow.move import IllegalMove

TAKEN = _("The waybill number %(number)s belongs to the parcel %(parcel)s already.")
GOODS = _("%(number)s is the item %(sku)s and no waybill number.")
TAKEN_NOW = _("The waybill number %(number)s was just given to another parcel.")
OF_NO_CARRIER = _("No carrier is known to have numbers like %(number)s. Please choose the carrier.")
OF_SEVERAL_CARRIERS = _("%(number)s may be a number of %(carriers)s. Please choose the carrier.")


class Label(NamedTuple):
    """One parcel's waybill, cleaned."""

    shipment: int
    carrier: int
    number: str


@transaction.atomic
def set_waybill(
    shipment_pk: int, carrier_id: int | None, number: str, *, by: Actor, usual_id: int | None = None
) -> None:
    """Write down under which waybill a parcel goes, as long as it is in the house.

    The number is cleaned as files are. carrier_id: None for the one carrier that has numbers of this shape; when several
    have, it is usual_id's, whom the parcel before went with, as long as that is one of them. A shape that the carrier
    does not have, or a wrong check digit, is a doubt (`doubts_of`) and no refusal. Raises NotFound, NotAllowed, CellError
    for what is no number, Invalid for none and for one that does not tell its carrier, Conflict when another parcel has
    it, IllegalMove when the parcel is gone.
    """
    must(by, "warehouse.check")
    parcel = the_visible(Shipment.objects.all(), by, pk=shipment_pk)
    clean = one_waybill(number)
    if not clean:
        raise Invalid(_("Please give the waybill number."), code="waybill_missing")
    expect_no_goods(clean)
    carrier = _told_by(clean, usual_id) if carrier_id is None else chosen_carrier(carrier_id)
    try:
        with transaction.atomic():
            refused = label_parcels([Label(parcel.pk, carrier.pk, clean)], by=by)
    except IntegrityError as error:
        # Somebody gave the number to another parcel in this very moment; the unique constraint let one through.
        raise Conflict(filled(TAKEN_NOW, number=clean), code="waybill_taken") from error
    if parcel.pk in refused:
        raise refused[parcel.pk]


def expect_no_goods(number: str) -> None:
    """Who scans the goods once more has a box for parcels under the scanner by then. Raises Invalid naming the item."""
    sku = sku_meant(number)
    if sku is not None:
        raise Invalid(filled(GOODS, number=number, sku=sku.code), code="goods")


def chosen_carrier(carrier_id: int) -> Carrier:
    """The carrier that somebody chose. Raises NotFound for none of ours, or one that is not used any more."""
    carrier = Carrier.objects.filter(is_active=True, pk=carrier_id).first()
    if carrier is None:
        raise NotFound(_("There is no such carrier."))
    return carrier


def _told_by(number: str, usual_id: int | None) -> Carrier:
    known = {carrier.pk: carrier for carrier in Carrier.objects.filter(is_active=True).order_by("code")}
    fitting = carriers_that_fit(number, {pk: carrier.waybill_patterns for pk, carrier in known.items()})
    if not fitting:
        raise Invalid(filled(OF_NO_CARRIER, number=number), code="carrier_unknown")
    if len(fitting) > 1 and usual_id in fitting:
        return known[usual_id]
    if len(fitting) > 1:
        names = " / ".join(known[pk].name for pk in fitting)
        raise Invalid(filled(OF_SEVERAL_CARRIERS, number=number, carriers=names), code="carrier_unknown")
    return known[fitting[0]]


def label_parcels(labels: Sequence[Label], *, by: Actor) -> dict[int, Conflict | IllegalMove]:
    """Give parcels their waybills in the caller's transaction; a fixed number of statements for the set.

    Returns by parcel why one did not get its own: it has left the house, or the number is another's. Two parcels that
    want the same number are for the caller to tell apart: here the one with the lower key gets it.
    """
    parcels = _locked({label.shipment for label in labels})
    owners = _owners(labels)
    refused: dict[int, Conflict | IllegalMove] = {}
    fine: list[Label] = []
    for label in sorted(labels, key=lambda label: label.shipment):
        owner = owners.setdefault((label.carrier, label.number), (label.shipment, ""))
        if label.shipment not in parcels:
            refused[label.shipment] = IllegalMove(_("This parcel has left the house, or was cancelled."))
        elif owner[0] != label.shipment:
            refused[label.shipment] = Conflict(
                filled(TAKEN, number=label.number, parcel=owner[1]), code="waybill_taken"
            )
        else:
            fine.append(label)
    if fine:
        _write(fine, by)
    return refused


def _locked(pks: Collection[int]) -> set[int]:
    """Those parcels that are in the house."""
    rows = Shipment.objects.filter(pk__in=many_keys(pks), state__in=IN_THE_HOUSE).locked()
    return set(rows.values_list("pk", flat=True))


def _owners(labels: Sequence[Label]) -> dict[tuple[int, str], tuple[int, str]]:
    """(carrier, number) → the parcel that has it, and its number."""
    with connection.cursor() as cursor:
        cursor.execute(OWNERS, _arrays(labels))
        return {(carrier, number): (pk, name) for carrier, number, pk, name in cursor.fetchall()}


def _write(labels: Sequence[Label], by: Actor) -> None:
    with signed("warehouse.shipment.set_waybill", by=by), connection.cursor() as cursor:
        cursor.execute(WRITE, _arrays(labels))


def _arrays(labels: Sequence[Label]) -> list[str]:
    return [
        as_array(label.shipment for label in labels),
        as_array(label.carrier for label in labels),
        as_text_array(label.number for label in labels),
    ]


def carriers_as_written() -> Mapping[str, int]:
    """Every way to write an active carrier → its key."""
    return carriers_by_name(names_of(each) for each in Carrier.objects.filter(is_active=True).order_by("pk"))


def names_of(carrier: Carrier) -> CarrierNames:
    """How a carrier may be written."""
    platforms = [str(name) for name in carrier.platform_names.values()]
    return CarrierNames(carrier.pk, carrier.code, carrier.name, carrier.aliases, platforms)


OWNERS = """
    SELECT s.carrier_id, s.waybill_number, s.id, s.number
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS w (id, carrier, number)
    JOIN warehouse_shipment s ON s.carrier_id = w.carrier AND s.waybill_number = w.number
     AND s.waybill_number <> '' AND s.state <> 'cancelled'
"""
WRITE = """
    UPDATE warehouse_shipment AS s SET carrier_id = w.carrier, waybill_number = w.number
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS w (id, carrier, number)
    WHERE s.id = w.id AND (s.carrier_id, s.waybill_number) IS DISTINCT FROM (w.carrier, w.number)
"""
