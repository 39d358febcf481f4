"""Saved views and the layout of lists."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid, NotAllowed, NotFound
from apps.desk.models import SavedView
from apps.org.actors import Actor

MOST_VIEWS = 30
LONGEST_NAME = 40
LONGEST_SEARCH = 400


def _own_id(by: Actor) -> int:
    if by.id is None:
        raise NotAllowed(_("You do not have the right to do this."))
    return by.id


@transaction.atomic
def save_view(
    page: str, name: str, *, query: dict[str, list[str]], columns: Sequence[str], is_shared: bool, by: Actor
) -> SavedView:
    """Keep filters, order and columns under a name; the same name of the same person is replaced.

    Raises Invalid for an empty or too long name, a long list of numbers or too many views, NotAllowed for sharing
    without the right.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(_("Give the view a name of at most 40 characters."))
    if is_shared and not by.may("desk.share_savedview"):
        raise NotAllowed(_("You do not have the right to share views."))
    if len("".join(query.get("q", []))) > LONGEST_SEARCH:
        raise Invalid(_("A long list of numbers cannot be kept in a view; clear the search box first."))
    mine = SavedView.objects.filter(user_id=_own_id(by), page=page).exclude(name="")
    if mine.exclude(name=name).count() >= MOST_VIEWS:
        raise Invalid(_("You have thirty views on this page. Delete one first."))
    view, _made = SavedView.objects.update_or_create(
        user_id=_own_id(by),
        page=page,
        name=name,
        defaults={"query": query, "columns": list(columns), "is_shared": is_shared},
    )
    return view


@transaction.atomic
def delete_view(pk: int, *, by: Actor) -> str:
    """Forget one of one's own views; returns its page. Raises NotFound for another person's."""
    view = SavedView.objects.filter(pk=pk, user_id=_own_id(by)).exclude(name="").first()
    if view is None:
        raise NotFound(_("This view does not exist any more."))
    view.delete()
    return view.page


@transaction.atomic
def keep_layout(page: str, *, columns: Sequence[str], density: str, by: Actor) -> SavedView:
    """Keep the columns and the row height of a list page for oneself. Raises Invalid for an unknown row height."""
    if density not in SavedView.Density.values:
        raise Invalid(_("There is no such row height."))
    layout, _made = SavedView.objects.update_or_create(
        user_id=_own_id(by), page=page, name="", defaults={"columns": list(columns), "density": density}
    )
    return layout
