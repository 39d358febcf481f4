"""Who may, asked before anything is read."""

from django.db.models import QuerySet
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


def speaks_for(sheet: ScoreSheet, by: Actor) -> bool:
    """Whether the actor writes down the self-assessment: the person; HR only for who has no log-in."""
    return is_own(sheet, by) or (sheet.employee.user_id is None and by.may("staff.keep_sheets"))


def of_others(sheets: "QuerySet[ScoreSheet]", by: Actor) -> "QuerySet[ScoreSheet]":
    """The sheets that are not about the one who acts."""
    return sheets if by.id is None else sheets.exclude(employee__user=by.id)


def must_be_anothers(sheet: ScoreSheet, by: Actor) -> None:
    """Raise NotAllowed for one's own sheet: nobody assesses themselves for the committee, nor fixes their own result."""
    if is_own(sheet, by):
        raise NotAllowed(_("This sheet is about you; somebody else assesses it."), code="own_sheet")
