"""Every column of every model, posted to every write: what is not offered is refused by name, and nothing changes."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.db import connection, models

from apps.core.api.strict import MOST_NAMES
from apps.orders.api.serializers.incoming import ContactIn, HoldIn, LineIn, NothingIn, OrderIn, PushIn
from apps.orders.models import (
    BuyerContact,
    IdempotencyKey,
    ImportBatch,
    Order,
    OrderLine,
    Reason,
    ShippingOrder,
    ShippingOrderLine,
    StagedLine,
    StagedOrder,
    StoreToken,
)
from apps.org.models import Store, User
from tests.api.conftest import PARCELS, PUSH, Program, fields_of, pushed_order

MODELS: list[type[models.Model]] = [
    Order, OrderLine, ShippingOrder, ShippingOrderLine, Reason, ImportBatch, StagedOrder, StagedLine, BuyerContact,
    StoreToken, IdempotencyKey, Store, User,
]  # fmt: skip
PROTECTED = {
    "state", "store", "store_id", "id", "pk", "total_amount", "currency", "batch_id", "digest", "verdict", "applied",
    "created_at", "confirmed_at", "opened_by_id", "cleared_by_id", "contacted_by_id", "lead_order_id", "warehouse_id",
    "received_by_id", "sku_id", "sealed", "user_id", "accepted_at", "ship_by_at",
}  # fmt: skip


def _columns() -> set[str]:
    fields = [field for model in MODELS for field in model._meta.get_fields() if field.concrete]
    return {"pk"} | {field.name for field in fields} | {getattr(field, "attname", field.name) for field in fields}


def _not_offered(shape: type[Any]) -> list[str]:
    return sorted(_columns() - set(shape().fields))


def _at(level: str, names: Sequence[str]) -> dict[str, Any]:
    order = pushed_order("100002")
    body: dict[str, Any] = {"orders": [order]}
    target = {"push": body, "order": order, "contact": order["contact"], "line": order["lines"][0]}[level]
    target.update(dict.fromkeys(names, 1))
    return body


def _digest() -> list[Any]:
    found = []
    with connection.cursor() as cursor:
        for model in MODELS:
            cursor.execute(f"SELECT md5(string_agg(x::text, '|' ORDER BY x.id)) FROM {model._meta.db_table} x")
            found.append(cursor.fetchone())
    return found


def _some(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """Few enough to be all named in one refusal."""
    return (names[first : first + MOST_NAMES] for first in range(0, len(names), MOST_NAMES))


def _attacks(parcel: ShippingOrder) -> Iterator[tuple[str, dict[str, Any], set[str]]]:
    levels = [("push", PushIn, ""), ("order", OrderIn, "orders.0."), ("contact", ContactIn, "orders.0.contact."),
              ("line", LineIn, "orders.0.lines.0.")]  # fmt: skip
    for level, shape, prefix in levels:
        for names in _some(_not_offered(shape)):
            yield PUSH, _at(level, names), {prefix + name for name in names}
    for names in _some(_not_offered(HoldIn)):
        yield f"{PARCELS}{parcel.number}/hold/", {"note": "x", **dict.fromkeys(names, 1)}, set(names)
    for names in _some(_not_offered(NothingIn)):
        yield f"{PARCELS}{parcel.number}/confirm/", dict.fromkeys(names, 1), set(names)


def test_no_column_can_be_written_that_is_not_offered(erp: Program, an_order: Callable[..., ShippingOrder]) -> None:
    parcel = an_order(number="100001")
    before = _digest()
    tried = 0

    for path, body, fields in _attacks(parcel):
        answer = erp.post(path, body)
        assert (answer.status_code, fields_of(answer)) == (400, dict.fromkeys(fields, "unknown_field"))
        tried += len(fields)

    assert tried > 500
    assert _digest() == before


@pytest.mark.parametrize("shape", [PushIn, OrderIn, LineIn, ContactIn, HoldIn, NothingIn])
def test_what_only_opsdesk_writes_is_offered_nowhere(shape: type[Any]) -> None:
    assert not PROTECTED & set(shape().fields)
