"""Set a parameter from a day on."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.core.calendar import today
from apps.core.errors import Invalid, NotAllowed
from apps.org.actors import Actor
from apps.parameters.models import ParameterValue
from apps.parameters.registry import declared


@transaction.atomic
def set_value(
    key: str, text: str, *, effective_from: dt.date, reason: str, by: Actor, store_id: int | None = None
) -> ParameterValue:
    """Give a parameter a value from today or a later day on; what was true before stays true for its days.

    Raises NotAllowed without the right, Invalid for a past day, a missing reason or a value out of bounds.
    """
    if not by.may("parameters.add_parametervalue"):
        raise NotAllowed(_("You do not have the right to do this."))
    if effective_from < today():
        raise Invalid(_("A parameter can change from today on, not in the past."), key=key)
    if not reason.strip():
        raise Invalid(_("Please give a reason."), code="reason_missing", key=key)
    declared(key).parsed(text)
    with signed("parameters.parametervalue.set", by=by, reason=reason):
        value, _made = ParameterValue.objects.update_or_create(
            key=key,
            store_id=store_id,
            effective_from=effective_from,
            defaults={"value": text.strip(), "reason": reason, "set_by_id": by.id},
        )
    return value
