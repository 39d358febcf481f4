"""All parameters as they stand: every one that is declared, its value today, and what is coming."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from apps.core.calendar import today
from apps.parameters.models import ParameterValue
from apps.parameters.registry import Parameter, all_declared


@dataclass(frozen=True, slots=True)
class ParameterStanding:
    """One parameter on a day.

    value: the company's; the declared default while nobody has set one. since: from which day; None for the default.
    stores: values of single stores. coming: values that begin later.
    """

    parameter: Parameter[Any]
    value: Any
    since: dt.date | None = None
    stores: list[ParameterValue] = field(default_factory=list)
    coming: list[ParameterValue] = field(default_factory=list)


def standings(values: "QuerySet[ParameterValue]", *, on: dt.date | None = None) -> list[ParameterStanding]:
    """Every declared parameter by key, in two statements however many there are.

    values: those that the reader may know of; stores that are not in it are not told.
    """
    day = on or today()
    values = values.select_related("store")
    holding = (
        values.filter(effective_from__lte=day)
        .order_by("key", "store_id", "-effective_from")
        .distinct("key", "store_id")
    )
    coming = values.filter(effective_from__gt=day).order_by("key", "effective_from")
    now, later = _by_key(holding), _by_key(coming)
    return [_standing(parameter, now[parameter.key], later[parameter.key]) for parameter in all_declared()]


def _by_key(rows: Iterable[ParameterValue]) -> dict[str, list[ParameterValue]]:
    found: dict[str, list[ParameterValue]] = defaultdict(list)
    for row in rows:
        found[row.key].append(row)
    return found


def _standing(parameter: Parameter[Any], now: list[ParameterValue], later: list[ParameterValue]) -> ParameterStanding:
    company = next((row for row in now if row.store_id is None), None)
    return ParameterStanding(
        parameter=parameter,
        value=parameter.default if company is None else parameter.parsed(company.value),
        since=company.effective_from if company else None,
        stores=[row for row in now if row.store_id is not None],
        coming=later,
    )
