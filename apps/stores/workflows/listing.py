"""The listing's place: in the platform's warehouse, on sale, or taken down (LST-12 to LST-14, LST-29)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from apps.workflow.base import Workflow, verb
from apps.workflow.fields import StateField


class ListingState(models.TextChoices):
    """Where the listing is on the platform."""

    IN_WAREHOUSE = "in_warehouse", _("In the platform's warehouse")
    ON_SALE = "on_sale", _("On sale")
    DELISTED = "delisted", _("Taken down")


class ListingWorkflow(Workflow):
    """The machine and the moments it stamps. It moves by an approved change, or by itself when the stock is gone."""

    state = StateField(_("state"), default=ListingState.IN_WAREHOUSE, choices=ListingState.choices)
    listed_at = models.DateTimeField(_("on sale since"), null=True, editable=False)
    delisted_at = models.DateTimeField(_("taken down at"), null=True, editable=False)

    class Meta:
        abstract = True

    @transition(
        state,
        source=[ListingState.IN_WAREHOUSE, ListingState.DELISTED],
        target=ListingState.ON_SALE,
        custom=verb(_("Put on sale"), stamps=["listed_at"], tone="primary", internal=True),
    )
    def put_on_sale(self) -> None:
        """The director has agreed. Rule: LST-12."""

    @transition(
        state,
        source=[ListingState.IN_WAREHOUSE, ListingState.ON_SALE],
        target=ListingState.DELISTED,
        custom=verb(_("Take down"), stamps=["delisted_at"], needs_reason=True, tone="danger", internal=True),
    )
    def take_down(self) -> None:
        """The department's leader has agreed, for a reason. Rule: LST-14."""

    @transition(
        state,
        source=ListingState.ON_SALE,
        target=ListingState.DELISTED,
        custom=verb(_("Take down sold out"), stamps=["delisted_at"], internal=True),
    )
    def sell_out(self) -> None:
        """Nothing is left to sell; the house does it by itself, without anybody's consent. Rule: LST-13."""
