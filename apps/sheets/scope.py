"""Whose sheets are whose: the right to the kind, and the place; a sheet without a place is its uploader's own.

What a sheet without a place holds, such as SKUs with their costs, is only partly known to a colleague who works for
other clients; so it is shown to those who see every store, and to nobody else beside the uploader.
"""

from django.db.models import Q

from apps.org.actors import Actor
from apps.org.scope import StoreScope
from apps.sheets.kinds import kinds_for


class SheetScope(StoreScope):
    """The filter for sheets."""

    def condition(self, by: Actor) -> Q | None:
        """Kinds that the actor may import, at places where the actor works."""
        if by.is_system:
            return None
        kinds = kinds_for(by)
        condition = Q(pk__in=[])
        for kind in kinds:
            condition |= Q(kind=kind.name) & _at_known_places(kind.place, by)
        return condition


def _at_known_places(place: str, by: Actor) -> Q:
    own = Q(received_by_id=by.id)
    ids = by.warehouse_ids if place == "warehouse" else by.store_ids
    if ids is None:
        return Q()
    return Q(**{f"{place}_id__in": sorted(ids)}) if place else own
