"""Set the clock of a warehouse's day."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.core.calendar import today
from apps.core.errors import Invalid
from apps.org.actors import Actor
from apps.warehouse.actions.rights import must, must_work_in
from apps.warehouse.models import CutOff
from apps.warehouse.rules.cutoffs import CutOffs


@transaction.atomic
def set_cutoffs(warehouse_id: int, cutoffs: CutOffs, *, effective_from: dt.date, reason: str, by: Actor) -> CutOff:
    """Give a warehouse its times from today or a later day on; what was true before stays true for its days.

    Raises NotAllowed, NotFound, Invalid for a past day, a missing reason or times that do not follow each other.
    Rules: WHS-01, WHS-03, WHS-04, WHS-14, AMB-47.
    """
    must(by, "warehouse.set_cutoffs")
    must_work_in(by, warehouse_id)
    if effective_from < today():
        raise Invalid(_("The times can change from today on, not in the past."), code="in_the_past")
    if not reason.strip():
        raise Invalid(_("Please give a reason."), code="reason_missing")
    if not cutoffs.in_order:
        raise Invalid(
            _("Orders, fetching, packing and the last parcel must follow each other."), code="times_in_disorder"
        )
    times = {
        "order_by": cutoffs.order_by, "fetch_by": cutoffs.fetch_by, "pack_by": cutoffs.pack_by,
        "final_by": cutoffs.final_by, "rests": cutoffs.rests,
    }  # fmt: skip
    with signed("warehouse.cutoff.set", by=by, reason=reason):
        row, _made = CutOff.objects.update_or_create(
            warehouse_id=warehouse_id, effective_from=effective_from,
            defaults={**times, "reason": reason.strip()[:200], "set_by_id": by.id},
        )  # fmt: skip
    return row
