"""Pages by key: a page says where the next one begins, and costs the same however far in it lies."""

import datetime as dt
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ValidationError

Row = TypeVar("Row", bound=models.Model)
LONGEST_CURSOR = 120
MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the cursor of the next page; None on the last one."""

    rows: list[Row]
    next_cursor: str | None


def read_page(queryset: "models.QuerySet[Row]", *, by_time: str, size: int, cursor: str = "") -> Page[Row]:
    """The newest rows first, from the cursor on. by_time: a column that is never NULL, indexed together with `-id`.

    One row more than asked for is read, to know whether there is a next page. Raises ValidationError for a bent cursor.
    """
    if cursor:
        instant, pk = _unpacked(cursor)
        queryset = queryset.filter(Q(**{f"{by_time}__lte": instant}) & ~Q(**{by_time: instant, "pk__gte": pk}))
    rows = list(queryset.order_by(f"-{by_time}", "-pk")[: size + 1])
    if len(rows) <= size:
        return Page(rows, None)
    last = rows[size - 1]
    return Page(rows[:size], _packed(getattr(last, by_time), last.pk))


def _packed(instant: dt.datetime, pk: int) -> str:
    return urlsafe_b64encode(f"{instant.isoformat()}~{pk}".encode()).decode().rstrip("=")


def _unpacked(cursor: str) -> tuple[dt.datetime, int]:
    try:
        if len(cursor) > LONGEST_CURSOR:
            raise ValueError(cursor)
        text = urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)).decode()
        moment, _tilde, key = text.rpartition("~")
        instant = dt.datetime.fromisoformat(moment)
        if instant.tzinfo is None or not key.isdecimal() or len(key) > MOST_DIGITS:
            raise ValueError(cursor)
        return instant.astimezone(dt.UTC), int(key)
    except (ValueError, OverflowError) as error:
        bent = ErrorDetail(str(_("This cursor is not one that a page gave you.")), code="invalid_cursor")
        raise ValidationError({"cursor": [bent]}) from error
