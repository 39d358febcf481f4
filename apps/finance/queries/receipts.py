"""Receipts of a month: what commission, reports and statements are computed from."""

import datetime as dt
from collections.abc import Collection

from django.db.models import Q, QuerySet

from apps.finance.models import Receipt
from apps.finance.rules.classes import ReceiptKind

SETTLED = [ReceiptKind.SALE, ReceiptKind.REFUND]


def month_bounds(month: dt.date) -> tuple[dt.date, dt.date]:
    """First day of the month that the date lies in, and first day of the next one."""
    first = month.replace(day=1)
    return first, (first + dt.timedelta(days=32)).replace(day=1)


def settled_receipts(store_ids: Collection[int], month: dt.date) -> QuerySet[Receipt]:
    """Receipts of sales and refunds whose money moved in the month, signed, reversals included, oldest first.

    The sum is net of refunds; `kind="sale"` alone is gross (AMB-04). Columns of use: id, store_id, received_on, amount,
    kind, order_id, order__number, refund_id, reverses_id, booked_at. What was booked after a month was settled still has
    that month's received_on: ask `booked_since` for it.
    """
    first, end = month_bounds(month)
    return _settled(store_ids).filter(received_on__gte=first, received_on__lt=end)


def booked_since(store_ids: Collection[int], moment: dt.datetime, month: dt.date) -> QuerySet[Receipt]:
    """Receipts of earlier months that were booked at or after a moment: late matches and reversals."""
    return _settled(store_ids).filter(booked_at__gte=moment, received_on__lt=month_bounds(month)[0])


def _settled(store_ids: Collection[int]) -> QuerySet[Receipt]:
    wanted = Q(store_id__in=sorted(store_ids), kind__in=SETTLED)
    return Receipt.objects.filter(wanted).order_by("received_on", "pk")
