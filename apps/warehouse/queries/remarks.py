"""What an order asks for beyond its goods: messages, memos, flags, notes and gifts (WHS-18, WHS-24)."""

from collections.abc import Collection
from dataclasses import dataclass, field

from apps.core.bulk import many_keys
from apps.orders.models import ShippingOrder, ShippingOrderLine
from apps.warehouse.rules.gifts import is_gift


@dataclass(slots=True)
class Remarks:
    """One shipping order's. order_numbers: the platform orders in it. gifts: (title, pieces)."""

    number: str = ""
    order_numbers: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    memos: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    note: str = ""
    gifts: list[tuple[str, int]] = field(default_factory=list)

    @property
    def asks_for_something(self) -> bool:
        """Whether somebody has to read it before the parcel is closed."""
        return bool(self.messages or self.memos or self.note or self.gifts)


def remarks_of(orders: Collection[int]) -> dict[int, Remarks]:
    """Shipping order → what it asks for, in two statements for the set. Orders without any wish are in it too."""
    heads = ShippingOrder.objects.filter(pk__in=many_keys(orders)).values_list("pk", "number", "note")
    found = {pk: Remarks(number=number, note=note) for pk, number, note in heads}
    order = "order_line__order__"
    rows = (
        ShippingOrderLine.objects.filter(shipping_order_id__in=many_keys(orders))
        .order_by("pk")
        .values_list(
            "shipping_order_id", f"{order}number", f"{order}buyer_message", f"{order}seller_memo", f"{order}flag",
            "order_line__title", "quantity", "order_line__unit_price_amount", "order_line__paid_amount",
        )
    )  # fmt: skip
    for pk, number, message, memo, flag, title, quantity, price, paid in rows:
        one = found[pk]
        if number not in one.order_numbers:
            one.order_numbers.append(number)
            one.messages += [message] if message else []
            one.memos += [memo] if memo else []
            one.flags += [flag] if flag else []
        if is_gift(price, paid):
            one.gifts.append((title, quantity))
    return found
