"""One open return per waybill: who writes a number down first waits for everybody who is about to."""

from django.utils.translation import gettext_lazy as _

from apps.aftersales.models import ReturnOrder
from apps.aftersales.workflows.return_order import OPEN_RETURNS
from apps.core.errors import Conflict
from apps.core.locks import one_at_a_time
from apps.core.speech import filled

TAKEN = _("This waybill is on the return %(number)s already.")


def claim_waybill(waybill: str) -> None:
    """Keep everybody else from writing this waybill down until the transaction ends, so that two scans are one return.

    Call it before any row is locked. An empty number is nobody's.
    """
    if waybill:
        one_at_a_time("aftersales.waybill", waybill)


def check_free(waybill: str, *, warehouse_id: int, but: int | None = None) -> None:
    """Raise Conflict when an open return of the warehouse has this number; the caller has claimed it."""
    if not waybill:
        return
    same = ReturnOrder.objects.filter(warehouse_id=warehouse_id, waybill_number=waybill, state__in=OPEN_RETURNS)
    taken = (same if but is None else same.exclude(pk=but)).first()
    if taken is not None:
        raise Conflict(filled(TAKEN, number=taken.number), code="waybill_taken")
