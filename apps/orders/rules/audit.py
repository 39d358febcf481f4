"""The language of audit rules: which facts of a shipping order a condition may ask for, and how.

A rule is data; here it is checked and turned into one condition that Postgres evaluates for a whole import at once.
Rules: ORD-10, ORD-14, ORD-21.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.orders.questions import STOCK
from apps.workflow.base import Condition, rows_of

MOST_CONDITIONS = 10
LONGEST_TEXT = 100


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a condition may ask for: its label, the operators it knows, and how each becomes a condition."""

    label: str | Promise
    operators: dict[str, Callable[[Any], Condition]]
    read: Callable[[Any], Any]


def _number(value: Any) -> Decimal:
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError(value)
    return number


def _text(value: Any) -> str:
    text = str(value).strip()
    if not text or len(text) > LONGEST_TEXT:
        raise ValueError(value)
    return text


def _words(value: Any) -> list[str]:
    words = [_text(word) for word in (value.split(",") if isinstance(value, str) else list(value))]
    if not words:
        raise ValueError(value)
    return words


def _yes_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


def _compared(column: str) -> dict[str, Callable[[Any], Condition]]:
    return {">=": lambda v: Q(**{f"{column}__gte": v}), "<=": lambda v: Q(**{f"{column}__lte": v})}


def _searched(column: str) -> dict[str, Callable[[Any], Condition]]:
    return {"contains": lambda v: Q(**{f"{column}__contains": v})}


def _lines(**filters: Any) -> Exists:
    return Exists(rows_of("orders.ShippingOrderLine").filter(shipping_order=OuterRef("pk"), **filters))


def _same_buyer() -> Exists:
    """Another open shipping order of the same buyer nickname in the same store: a merge candidate."""
    mine = rows_of("orders.BuyerContact").filter(order=OuterRef("lead_order"), buyer_hash__isnull=False)
    twin = rows_of("orders.ShippingOrder").filter(
        state="imported", store=OuterRef("order__store"), lead_order__contact__buyer_hash=OuterRef("buyer_hash")
    )
    return Exists(mine.filter(Exists(twin.exclude(lead_order=OuterRef("order")))))


def _refund_open() -> Exists:
    return _lines(order_line__refund_state__in=REFUND_UNDER_WAY)


def _part_shipped() -> Exists:
    return _lines(order_line__order__state="part_shipped")


def _if(condition: Callable[[], Condition]) -> dict[str, Callable[[Any], Condition]]:
    return {"is": lambda yes: condition() if yes else ~condition()}


REFUND_UNDER_WAY = [
    "wait_seller",
    "wait_buyer_return",
    "wait_seller_receive",
    "seller_refused",
    "in_dispute",
    "success",
]
FACTS: dict[str, Fact] = {
    "paid_amount": Fact(_("Paid amount"), _compared("paid_amount"), _number),
    "quantity": Fact(_("Number of items"), _compared("quantity"), _number),
    "has_buyer_message": Fact(_("Has a buyer message"), _if(lambda: ~Q(lead_order__buyer_message="")), _yes_no),
    "has_seller_memo": Fact(_("Has a seller memo"), _if(lambda: ~Q(lead_order__seller_memo="")), _yes_no),
    "buyer_message": Fact(_("Buyer message"), _searched("lead_order__buyer_message"), _text),
    "seller_memo": Fact(_("Seller memo"), _searched("lead_order__seller_memo"), _text),
    "flag": Fact(_("Flag"), {"in": lambda words: Q(lead_order__flag__in=words)}, _words),
    "province": Fact(_("Province"), {"in": lambda words: Q(lead_order__province__in=words)}, _words),
    "sku_code": Fact(_("SKU code"), {"in": lambda words: _lines(sku__code__in=words)}, _words),
    "unmapped_sku": Fact(_("A line without SKU"), _if(lambda: _lines(sku__isnull=True)), _yes_no),
    "missing_address": Fact(
        _("No province or city"), _if(lambda: Q(lead_order__province="") | Q(lead_order__city="")), _yes_no
    ),
    "refund_open": Fact(_("A refund is under way"), _if(_refund_open), _yes_no),
    "part_shipped": Fact(_("Part of it was shipped already"), _if(_part_shipped), _yes_no),
    "same_buyer_open": Fact(_("The buyer has another open order"), _if(_same_buyer), _yes_no),
    "short_of_stock": Fact(_("Not enough stock for it"), _if(lambda: STOCK.ask().is_short()), _yes_no),
}


def checked_conditions(conditions: Any) -> Sequence[dict[str, Any]]:
    """The conditions as they are, if every one of them can be asked. Raises ValidationError naming the first that cannot."""
    if not isinstance(conditions, list) or not 1 <= len(conditions) <= MOST_CONDITIONS:
        raise ValidationError(_("Give between one and ten conditions as a list."))
    for condition in conditions:
        _compiled(condition)
    return conditions


def matches(conditions: Sequence[dict[str, Any]]) -> Q:
    """All conditions as one, for a queryset of shipping orders. Raises ValidationError."""
    combined = Q()
    for condition in checked_conditions(conditions):
        combined &= Q(_compiled(condition))
    return combined


def _compiled(condition: Any) -> Condition:
    if not isinstance(condition, dict) or set(condition) != {"field", "op", "value"}:
        raise ValidationError(_("Each condition has exactly “field”, “op” and “value”."))
    fact = FACTS.get(str(condition["field"]))
    if fact is None:
        raise ValidationError(_("There is no field “%(field)s”."), params={"field": condition["field"]})
    compile_ = fact.operators.get(str(condition["op"]))
    if compile_ is None:
        raise ValidationError(_("“%(field)s” cannot be compared like that."), params={"field": condition["field"]})
    try:
        return compile_(fact.read(condition["value"]))
    except (ValueError, TypeError, InvalidOperation) as error:
        raise ValidationError(
            _("The value of “%(field)s” cannot be used."), params={"field": condition["field"]}
        ) from error
