"""The order's money: open until what arrived is what the order is worth."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from apps.workflow.base import Workflow, verb
from apps.workflow.fields import StateField


class MoneyState(models.TextChoices):
    """An order without a row is open, too: nothing has arrived for it yet."""

    OPEN = "open", _("Not settled")
    SETTLED = "settled", _("Settled")


class OrderMoneyWorkflow(Workflow):
    """Moved by finance alone; the platform's state and this one know nothing of each other."""

    state = StateField(_("money"), default=MoneyState.OPEN, choices=MoneyState.choices)
    settled_at = models.DateTimeField(_("settled at"), null=True, editable=False)

    class Meta:
        abstract = True

    @transition(
        state,
        source=MoneyState.OPEN,
        target=MoneyState.SETTLED,
        custom=verb(_("Settle"), stamps=["settled_at"], internal=True),
    )
    def settle(self) -> None:
        """Receipts and the order's amount agree. Rule: FIN-21."""

    @transition(state, source=MoneyState.SETTLED, target=MoneyState.OPEN, custom=verb(_("Reopen"), internal=True))
    def reopen(self) -> None:
        """A receipt was reversed: the order waits for its money again."""
