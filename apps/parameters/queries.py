"""Look a parameter up as it was on a business day."""

import datetime as dt

from django.db.models import F, Q

from apps.core.calendar import today
from apps.parameters.models import ParameterValue
from apps.parameters.registry import Parameter, Value


def value_of(parameter: Parameter[Value], *, on: dt.date | None = None, store_id: int | None = None) -> Value:
    """The value on a day (default: today), the store's own before the company's, the declared default if none."""
    scope = Q(store__isnull=True) if store_id is None else Q(store__isnull=True) | Q(store_id=store_id)
    row = (
        ParameterValue.objects.filter(scope, key=parameter.key, effective_from__lte=on or today())
        .order_by(F("store_id").asc(nulls_last=True), "-effective_from")
        .values_list("value", flat=True)
        .first()
    )
    return parameter.default if row is None else parameter.parsed(row)
