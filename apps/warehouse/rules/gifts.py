"""What counts as a gift: the one place that decides it (WHS-18, WHS-24, PRO-16)."""

from decimal import Decimal

from django.db.models import Q


def is_gift(unit_price: Decimal | None, paid: Decimal | None) -> bool:
    """A line that the platform prices at zero; where no price is known, one for which nothing was paid.

    A line with a price that a voucher brought down to zero is bought, not given.
    """
    return unit_price == 0 if unit_price is not None else paid == 0 and paid is not None


def gift_lines(prefix: str = "") -> Q:
    """The same as a condition on order lines, reached by `prefix`, e.g. `order_line__`."""
    price, paid = f"{prefix}unit_price_amount", f"{prefix}paid_amount"
    return Q(**{price: 0}) | Q(**{f"{price}__isnull": True, paid: 0})
