"""The form that corrects an order: boxes for what can be corrected, and what was written in them as a wish."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.errors import DomainError
from apps.orders.actions.amend import LONGEST_REASON
from apps.orders.models import ShippingOrderLine
from apps.orders.queries.amendable import Amendable
from apps.orders.rules.amendment import FLAGS, LONGEST, LONGEST_MEMO, Amendment, Contact, LineWish

REGION = ("province", "city", "district")
FLAG_LABELS: Mapping[str, str | Promise] = {
    "": _("no flag"), "red": _("red"), "yellow": _("yellow"), "green": _("green"), "blue": _("blue"),
    "purple": _("purple"),
}  # fmt: skip
LABELS: Mapping[str, str | Promise] = {
    "receiver": _("Receiver"), "phone": _("Phone"), "province": _("Province"), "city": _("City"),
    "district": _("District"), "street": _("Street and house number"),
}  # fmt: skip


def _line(limit: int, label: Any, **more: Any) -> forms.CharField:
    box = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, max_length=limit, required=False, widget=box, **more)


class AmendForm(forms.Form):
    """One shipping order and its platform order. contact: in plain words, for those who may see it and asked to."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    receiver = _line(LONGEST["receiver"], LABELS["receiver"])
    phone = _line(LONGEST["phone"], LABELS["phone"])
    province = _line(LONGEST["province"], LABELS["province"])
    city = _line(LONGEST["city"], LABELS["city"])
    district = _line(LONGEST["district"], LABELS["district"])
    street = _line(LONGEST["street"], LABELS["street"])
    paid_amount = forms.DecimalField(
        label=_("Paid"), required=False, widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    )
    flag = forms.ChoiceField(label=_("Flag"), required=False)
    seller_memo = forms.CharField(
        label=_("Seller memo"), required=False, max_length=LONGEST_MEMO, widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Stands in the timeline for all to read: no names, phones or addresses."),
    )

    def __init__(self, facts: Amendable, data: Any = None, *, contact: Contact | None = None) -> None:
        super().__init__(data, initial=_initial(facts, contact))
        self.facts = facts
        order = facts.order
        flags = dict.fromkeys([*FLAGS, order.flag])
        self.fields["flag"] = forms.ChoiceField(
            label=_("Flag"), required=False, choices=[(flag, FLAG_LABELS.get(flag, flag)) for flag in flags]
        )
        if contact is None:
            for name, masked in (("receiver", order.receiver_masked), ("phone", order.phone_masked)):
                self.fields[name].widget.attrs["placeholder"] = masked
            self.fields["street"].widget.attrs["placeholder"] = "***" if facts.has_contact else ""
        for line in facts.lines if facts.are_lines_open else []:
            self.fields[f"line-{line.pk}-quantity"] = _quantity(line)
            self.fields[f"line-{line.pk}-sku"] = _line(64, _("SKU"))

    def lines(self) -> Iterator[tuple[ShippingOrderLine, forms.BoundField, forms.BoundField]]:
        """Each line with its two boxes."""
        for line in self.facts.lines:
            yield line, self[f"line-{line.pk}-quantity"], self[f"line-{line.pk}-sku"]

    def wish(self) -> Amendment:
        """What was written, once the form is valid. Boxes left empty change nothing, but for memo and flag."""
        said = self.cleaned_data
        contact = Contact(**{name: said.get(name, "") for name in LONGEST})
        lines = {
            line.pk: LineWish(said.get(f"line-{line.pk}-quantity"), said.get(f"line-{line.pk}-sku", ""))
            for line in (self.facts.lines if self.facts.are_lines_open else [])
        }
        return Amendment(contact, said.get("paid_amount"), said.get("seller_memo"), said.get("flag"), lines)

    def refuse(self, refusal: DomainError) -> None:
        """Put a refusal beside the box that it is about, or above all."""
        box = refusal.data.get("field", "")
        box = f"{box}-quantity" if box.startswith("line-") else box
        self.add_error(box if box in self.fields else None, str(refusal))


def _quantity(line: ShippingOrderLine) -> forms.IntegerField:
    box = forms.NumberInput(attrs={"min": 0, "max": line.order_line.quantity, "autocomplete": "off"})
    return forms.IntegerField(label=_("Quantity, 0 leaves it out"), required=False, widget=box)


def _initial(facts: Amendable, contact: Contact | None) -> dict[str, Any]:
    order = facts.order
    said: dict[str, Any] = {name: getattr(order, name) for name in (*REGION, "paid_amount", "flag", "seller_memo")}
    said["seen"] = facts.seen
    for line in facts.lines:
        said[f"line-{line.pk}-quantity"] = line.quantity
        said[f"line-{line.pk}-sku"] = line.sku.code if line.sku else ""
    if contact is not None:
        said |= {name: getattr(contact, name) for name in LONGEST}
    return said
