"""End a return: settled, or called off."""

from django.db import transaction

from apps.aftersales.models import ReturnOrder
from apps.org.actors import Actor
from apps.org.scope import the_visible
from apps.workflow.move import move


@transaction.atomic
def close_return(pk: int, *, by: Actor) -> ReturnOrder:
    """Goods and money are settled. Raises NotFound, NotAllowed, IllegalMove while a refund is open. Rule: AFT-01."""
    row = the_visible(ReturnOrder.objects.all(), by, pk=pk)
    move(row.close, by=by)
    return row


@transaction.atomic
def cancel_return(pk: int, *, reason: str, by: Actor) -> ReturnOrder:
    """It does not come or was scanned by mistake. Raises NotFound, NotAllowed, Invalid without a reason, IllegalMove."""
    row = the_visible(ReturnOrder.objects.all(), by, pk=pk)
    move(row.cancel, by=by, reason=reason)
    return row
