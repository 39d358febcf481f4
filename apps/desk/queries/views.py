"""How a person keeps a list page: its layout, and the saved views that are theirs or shared, in one statement."""

from dataclasses import dataclass, field

from django.db.models import Q

from apps.desk.models import SavedView
from apps.org.actors import Actor

MOST_VIEWS = 60


@dataclass(frozen=True, slots=True)
class Kept:
    """layout: the person's own, None when they never changed it. views: named ones, by name."""

    layout: SavedView | None = None
    views: list[SavedView] = field(default_factory=list)

    def view(self, pk: int | None) -> SavedView | None:
        """The named view with this key, if this person may open it."""
        return next((view for view in self.views if view.pk == pk), None)


def kept_for(page: str, by: Actor) -> Kept:
    """Layout and views of one page for one person."""
    mine_or_shared = Q(user_id=by.id) | Q(is_shared=True)
    rows = list(SavedView.objects.filter(mine_or_shared, page=page).order_by("name", "pk")[:MOST_VIEWS])
    layout = next((row for row in rows if not row.name and row.user_id == by.id), None)
    return Kept(layout, [row for row in rows if row.name])
