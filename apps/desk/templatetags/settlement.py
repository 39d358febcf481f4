"""Rates as people read them."""

from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def percent(rate: Decimal) -> str:
    """0.1000 as 10.00 %."""
    return f"{rate * 100:.2f} %"


@register.filter
def permille(rate: Decimal) -> str:
    """0.0010 as 1.0 ‰."""
    return f"{rate * 1000:.1f} ‰"
