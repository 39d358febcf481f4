"""Say that a platform reads a batch-ship file as it is, or that it does not any more."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.core.errors import Invalid, NotAllowed
from apps.org.actors import Actor
from apps.org.scope import the_visible
from apps.warehouse.actions.rights import must
from apps.warehouse.models import ConfirmedLayout, ShipReport

RIGHT = "warehouse.confirm_layout"


@transaction.atomic
def confirm_ship_layout(report_pk: int, *, by: Actor) -> ConfirmedLayout:
    """This file was uploaded, and the platform shipped its orders: from now on such files count as confirmed.

    Only the same columns for the same platform do; other columns are tried anew. Confirming twice is harmless.
    Raises NotAllowed, NotFound, Invalid for a file of which nobody knows the columns any more. Rule: WHS-05.
    """
    must(by, RIGHT)
    if by.user is None:
        raise NotAllowed(_("Only a person can have seen what the platform did."))
    report = the_visible(ShipReport.objects.all(), by, pk=report_pk)
    if not report.columns:
        raise Invalid(_("Nobody knows the columns of this file any more; try a newer one."), code="columns_unknown")
    with signed("warehouse.confirmedlayout.confirm", by=by):
        row, _made = ConfirmedLayout.objects.get_or_create(
            platform=report.layout, columns=report.columns, defaults={"report": report, "confirmed_by": by.user}
        )
    return row


@transaction.atomic
def withdraw_ship_layout(report_pk: int, *, reason: str, by: Actor) -> None:
    """The platform refuses such files now: they count as not confirmed again. Withdrawing twice is harmless.

    Raises NotAllowed, NotFound, Invalid without a reason. Rule: WHS-05.
    """
    must(by, RIGHT)
    report = the_visible(ShipReport.objects.all(), by, pk=report_pk)
    if not reason.strip():
        raise Invalid(_("Please give a reason."), code="reason_missing")
    with signed("warehouse.confirmedlayout.withdraw", by=by, reason=reason):
        ConfirmedLayout.objects.filter(platform=report.layout, columns=report.columns).delete()
