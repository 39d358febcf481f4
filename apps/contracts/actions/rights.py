"""Who may, asked before anything is read."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import NotAllowed
from apps.org.actors import Actor


def must(by: Actor, permission: str) -> None:
    """Raise NotAllowed for an actor without the right."""
    if not by.may(permission):
        raise NotAllowed(_("You do not have the right to do this."))
