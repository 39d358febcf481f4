"""The platform's order as it is mirrored: the platform moves, opsdesk follows, and never backwards.

A later file may move an order forward, or from shipped to closed, never from done or closed to an earlier state; a
state text that nobody knows is kept as `unknown` and flagged, never guessed.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import transition

from apps.workflow.base import Workflow, verb
from apps.workflow.fields import StateField

MIRROR = "mirror"


class OrderState(models.TextChoices):
    """The platform's state in the house's words."""

    UNKNOWN = "unknown", _("Not recognised")
    WAIT_PAY = "wait_pay", _("Waiting for payment")
    HOLD = "hold", _("Held by the platform")
    WAIT_SHIP = "wait_ship", _("To ship")
    PART_SHIPPED = "part_shipped", _("Partly shipped")
    SHIPPED = "shipped", _("Shipped")
    SIGNED = "signed", _("Delivered")
    DONE = "done", _("Completed")
    CLOSED_UNPAID = "closed_unpaid", _("Cancelled before payment")
    CLOSED_REFUND = "closed_refund", _("Closed by refund")
    CLOSED = "closed", _("Closed")


_ON_THE_WAY = [OrderState.WAIT_SHIP, OrderState.PART_SHIPPED, OrderState.SHIPPED, OrderState.SIGNED]
_OPEN = [OrderState.UNKNOWN, OrderState.WAIT_PAY, OrderState.HOLD]


class OrderWorkflow(Workflow):
    """Every transition is signed `orders.order.mirror`: only what the platform says moves an order."""

    state = StateField(_("platform state"), default=OrderState.UNKNOWN, choices=OrderState.choices)

    class Meta:
        abstract = True

    @transition(
        state,
        source=[OrderState.UNKNOWN],
        target=OrderState.WAIT_PAY,
        custom=verb(_("Placed"), signed_as=MIRROR, internal=True),
    )
    def mirror_placed(self) -> None:
        """The platform's text, unknown before, means that the buyer has not paid yet."""

    @transition(
        state,
        source=[*_OPEN, OrderState.WAIT_SHIP],
        target=OrderState.HOLD,
        custom=verb(_("Held"), signed_as=MIRROR, internal=True),
    )
    def mirror_held(self) -> None:
        """The platform froze the order: it must not ship."""

    @transition(
        state,
        source=_OPEN,
        target=OrderState.WAIT_SHIP,
        custom=verb(pgettext_lazy("platform order", "Paid"), signed_as=MIRROR, internal=True),
    )
    def mirror_paid(self) -> None:
        """The buyer has paid."""

    @transition(
        state,
        source=[*_OPEN, OrderState.WAIT_SHIP],
        target=OrderState.PART_SHIPPED,
        custom=verb(_("Partly shipped"), signed_as=MIRROR, internal=True),
    )
    def mirror_part_shipped(self) -> None:
        """Some lines are on their way."""

    @transition(
        state,
        source=[*_OPEN, *_ON_THE_WAY[:2]],
        target=OrderState.SHIPPED,
        custom=verb(_("Shipped"), signed_as=MIRROR, internal=True),
    )
    def mirror_shipped(self) -> None:
        """All lines are on their way."""

    @transition(
        state,
        source=[*_OPEN, *_ON_THE_WAY[:3]],
        target=OrderState.SIGNED,
        custom=verb(_("Delivered"), signed_as=MIRROR, internal=True),
    )
    def mirror_signed(self) -> None:
        """The carrier or the platform says delivered; the buyer has not confirmed."""

    @transition(
        state,
        source=[*_OPEN, *_ON_THE_WAY],
        target=OrderState.DONE,
        custom=verb(_("Completed"), signed_as=MIRROR, internal=True),
    )
    def mirror_done(self) -> None:
        """The platform closed the trade as successful."""

    @transition(
        state,
        source=[OrderState.UNKNOWN, OrderState.WAIT_PAY, OrderState.HOLD],
        target=OrderState.CLOSED_UNPAID,
        custom=verb(_("Cancelled before payment"), signed_as=MIRROR, internal=True),
    )
    def mirror_closed_unpaid(self) -> None:
        """The order ended before any payment."""

    @transition(
        state,
        source=[*_OPEN, *_ON_THE_WAY, OrderState.DONE, OrderState.CLOSED],
        target=OrderState.CLOSED_REFUND,
        custom=verb(_("Closed by refund"), signed_as=MIRROR, internal=True),
    )
    def mirror_closed_refund(self) -> None:
        """All money went back."""

    @transition(
        state,
        source=[*_OPEN, *_ON_THE_WAY],
        target=OrderState.CLOSED,
        custom=verb(_("Closed"), signed_as=MIRROR, internal=True),
    )
    def mirror_closed(self) -> None:
        """The platform closed the trade without saying why."""
