"""Look a parameter up as it was on a business day."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q

from apps.core.calendar import today
from apps.parameters.models import ParameterValue
from apps.parameters.registry import Parameter, Value


@dataclass(frozen=True, slots=True)
class Values:
    """Several parameters as they were on one business day."""

    _said: Mapping[str, str]

    def of(self, parameter: Parameter[Value]) -> Value:
        """The value of one that was asked for, the declared default if nothing was said."""
        return parameter.parsed(self._said[parameter.key]) if parameter.key in self._said else parameter.default


def value_of(parameter: Parameter[Value], *, on: dt.date | None = None, store_id: int | None = None) -> Value:
    """The value on a day (default: today), the store's own before the company's, the declared default if none."""
    return values_of([parameter], on=on, store_id=store_id).of(parameter)


def values_of(
    parameters: Iterable[Parameter[Any]], *, on: dt.date | None = None, store_id: int | None = None
) -> Values:
    """As `value_of` for several parameters, with one look."""
    scope = Q(store__isnull=True) if store_id is None else Q(store__isnull=True) | Q(store_id=store_id)
    rows = (
        ParameterValue.objects.filter(
            scope, key__in=[each.key for each in parameters], effective_from__lte=on or today()
        )
        .order_by("key", F("store_id").asc(nulls_last=True), "-effective_from")
        .distinct("key")
    )
    return Values(dict(rows.values_list("key", "value")))
