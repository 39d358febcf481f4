"""What platforms have not been told yet, and the files that told them."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from apps.desk.queries.choices import StoreChoice, stores_of
from apps.org.actors import Actor
from apps.org.models import Store
from apps.org.scope import visible
from apps.warehouse.actions.ship_report import ship_layout
from apps.warehouse.models import ConfirmedLayout, ShipReport
from apps.warehouse.queries.shipping import stores_to_report
from apps.warehouse.rules.ship_layouts import ShipLayout

FILES_SHOWN = 60


@dataclass(frozen=True, slots=True)
class ToTell:
    """A store whose platform does not know of some parcels, and the file that it would get."""

    store: StoreChoice
    parcels: int
    layout: ShipLayout


def to_tell(by: Actor) -> list[ToTell]:
    """The stores of this person with something to tell, most parcels first."""
    mine = stores_of(by)
    waiting = {each.store_id: each.parcels for each in stores_to_report() if each.store_id in mine}
    stores = Store.objects.in_bulk(list(waiting))
    return [ToTell(mine[pk], parcels, ship_layout(stores[pk])) for pk, parcels in waiting.items()]


def files_made(by: Actor) -> "QuerySet[ShipReport]":
    """The batch-ship files of this person's stores, newest first.

    is_read: whether the platform is known to read such files now; read_by: who has seen it.
    """
    seen = ConfirmedLayout.objects.filter(platform=OuterRef("layout"), columns=OuterRef("columns"))
    rows = visible(ShipReport.objects.all(), by).select_related("store", "file", "made_by")
    return rows.annotate(is_read=Exists(seen), read_by=Subquery(seen.values("confirmed_by__name")[:1])).order_by("-pk")[
        :FILES_SHOWN
    ]
