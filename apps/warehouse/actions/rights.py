"""Whether somebody may use a verb of the warehouse that no machine asks for."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import NotAllowed, NotFound
from apps.org.actors import Actor


def must(by: Actor, *permissions: str) -> None:
    """Raises NotAllowed unless the actor has one of these rights."""
    if not any(by.may(permission) for permission in permissions):
        raise NotAllowed(_("You do not have the right to do this."))


def must_work_in(by: Actor, warehouse_id: int) -> None:
    """Raises NotFound unless the actor works in this warehouse; a foreign one does not exist for them."""
    if by.warehouse_ids is not None and warehouse_id not in by.warehouse_ids:
        raise NotFound(_("There is no such record, or it belongs to another store."))
