"""Hold a shipping order, clear a reason, release holds whose time has come."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.core.calendar import SHANGHAI, YEARS
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.facts import announce
from apps.orders.facts import OrdersStopped
from apps.orders.models import Reason, ShippingOrder
from apps.orders.workflows.shipping_order import OVER
from apps.org.actors import SYSTEM, Actor
from apps.org.scope import the_visible, visible

NEXT_CENTURY = dt.datetime(YEARS.stop, 1, 1, tzinfo=SHANGHAI)


def _must(by: Actor, permission: str) -> None:
    if not by.may(permission):
        raise NotAllowed(_("You do not have the right to do this."))


def _check_release(at: dt.datetime | None) -> None:
    """Far enough away, no page could tell the time any more; whoever holds for good leaves it out."""
    if at is not None and at <= timezone.now():
        raise Invalid(_("The release time lies in the past."), code="release_in_the_past")
    if at is not None and at >= NEXT_CENTURY:
        raise Invalid(_("The release time is too far away; leave it out instead."), code="release_too_late")


@transaction.atomic
def hold_shipping_orders(
    pks: Sequence[int], *, note: str, by: Actor, release_at: dt.datetime | None = None
) -> tuple[list[int], list[int]]:
    """Hold shipping orders by hand, until a time or until somebody clears it.

    Returns those held, and those left alone because they are over or held already. The rows are locked, so that a
    confirmation running beside it sees either no hold or all of it. Raises NotAllowed; Invalid without a note or with
    a release time in the past or in another century. Rule: ORD-10.
    """
    _must(by, "orders.hold")
    if not note.strip():
        raise Invalid(_("Please say why it is held."), code="reason_missing")
    _check_release(release_at)
    asked = visible(ShippingOrder.objects.filter(pk__in=pks), by)
    chosen = ShippingOrder.objects.filter(pk__in=asked.values("pk")).locked()
    rows = dict(chosen.values_list("pk", "state"))
    held = set(
        Reason.objects.filter(
            shipping_order_id__in=rows, code=Reason.Code.MANUAL_HOLD, cleared_at__isnull=True
        ).values_list("shipping_order_id", flat=True)
    )
    ready = [pk for pk, state in rows.items() if state not in OVER and pk not in held]
    with signed("orders.reason.hold", by=by, reason=note):
        Reason.objects.bulk_create(
            [
                Reason(
                    shipping_order_id=pk, code=Reason.Code.MANUAL_HOLD, note=note.strip()[:200], opened_by_id=by.id,
                    release_at=release_at,
                )
                for pk in ready
            ]
        )  # fmt: skip
    if ready:
        announce(OrdersStopped())
    return ready, [pk for pk in rows if pk not in ready]


@transaction.atomic
def hold_shipping_order(pk: int, *, note: str, by: Actor, release_at: dt.datetime | None = None) -> None:
    """Hold one. Raises as the set does, NotFound, and Conflict when it is over or held already."""
    the_visible(ShippingOrder.objects.all(), by, pk=pk)
    held, _left = hold_shipping_orders([pk], note=note, by=by, release_at=release_at)
    if not held:
        raise Conflict(_("It is held already, or its way is over."))


@transaction.atomic
def clear_reason(pk: int, *, note: str, by: Actor) -> Reason:
    """Clear one reason. Raises NotFound, NotAllowed, Invalid without a note, Conflict when somebody was faster."""
    _must(by, "orders.clear_reason")
    if not note.strip():
        raise Invalid(_("Please say how it was settled."), code="reason_missing")
    reason = the_visible(Reason.objects.all(), by, pk=pk)
    ShippingOrder.objects.filter(pk=reason.shipping_order_id).locked().first()
    with signed("orders.reason.clear", by=by, reason=note):
        cleared = Reason.objects.filter(pk=pk, cleared_at__isnull=True).update(
            cleared_at=Now(), cleared_by_id=by.id, clear_note=note.strip()[:200]
        )
    if not cleared:
        raise Conflict(_("Somebody has cleared this already."))
    reason.refresh_from_db()
    return reason


@transaction.atomic
def release_holds() -> int:
    """Clear every hold whose release time has come. Returns how many; running twice is harmless."""
    due = Reason.objects.filter(cleared_at__isnull=True, release_at__lte=timezone.now())
    with signed("orders.reason.release", by=SYSTEM):
        ids = list(due.order_by("pk").select_for_update(skip_locked=True).values_list("pk", flat=True))
        return Reason.objects.filter(pk__in=ids).update(cleared_at=Now()) if ids else 0
