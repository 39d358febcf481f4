"""Who may, asked before anything is read."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import NotAllowed
from apps.org.actors import Actor
from apps.staff.models import ScoreSheet


def must(by: Actor, permission: str) -> None:
    """Raise NotAllowed for an actor without the right."""
    if not by.may(permission):
        raise NotAllowed(_("You do not have the right to do this."))


def is_own(sheet: ScoreSheet, by: Actor) -> bool:
    """Whether the sheet is about the one who acts."""
    return by.id is not None and sheet.employee.user_id == by.id


def must_be_anothers(sheet: ScoreSheet, by: Actor) -> None:
    """Raise NotAllowed for one's own sheet: nobody assesses themselves for the committee."""
    if is_own(sheet, by):
        raise NotAllowed(_("This sheet is about you; somebody else assesses it."), code="own_sheet")
