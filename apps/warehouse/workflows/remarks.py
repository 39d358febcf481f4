"""What a parcel asks for, as a print that changes with every word of it (WHS-18)."""

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Case, F, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import MD5, Cast, Coalesce, Concat, NullIf

from apps.warehouse.rules.gifts import gift_lines
from apps.workflow.base import rows_of

_LINE = "order_line__"
_ORDER = f"{_LINE}order__"
# Signs that nobody types: what stands on either side of one cannot be taken for the other.
_NEXT, _END = Value("\x1f"), Value("\x1e")


def remarks_print() -> Combinable:
    """For a parcel: 32 signs for its messages, memos, gifts and note as they are now; NULL when it asks for nothing."""
    said = ~Q(**{f"{_ORDER}buyer_message": ""}) | ~Q(**{f"{_ORDER}seller_memo": ""}) | gift_lines(_LINE)
    gift = _joined(F(f"{_LINE}title"), _NEXT, Cast(F("quantity"), TextField()))
    words = _joined(
        F(f"{_ORDER}buyer_message"), _NEXT, F(f"{_ORDER}seller_memo"), _NEXT,
        Case(When(gift_lines(_LINE), then=gift), default=Value(""), output_field=TextField()), _END,
    )  # fmt: skip
    lines = rows_of("orders.ShippingOrderLine").filter(said, shipping_order=OuterRef("shipping_order")).order_by()
    of_lines = lines.values("shipping_order").annotate(all=StringAgg(words, Value(""), order_by="pk")).values("all")
    note = rows_of("orders.ShippingOrder").filter(pk=OuterRef("shipping_order")).values("note")
    whole = _joined(Coalesce(Subquery(of_lines), Value(""), output_field=TextField()), Subquery(note))
    return MD5(NullIf(whole, Value("")), output_field=TextField())


def _joined(*parts: Combinable) -> Combinable:
    return Concat(*parts, output_field=TextField())
