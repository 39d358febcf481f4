"""What happened to a shipping order and to its platform order, as a person tells it: newest first."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.audit.queries import Change, changes_among, timeline_of
from apps.desk.marks import NOTHING, figure, moment, money
from apps.orders.models import Order, OrderLine, Reason, ShippingOrder, ShippingOrderLine
from apps.orders.models.order import AMEND_VERB
from apps.orders.workflows.order import OrderState
from apps.orders.workflows.shipping_order import ShippingState
from apps.stores.models import Sku
from apps.workflow.base import verbs_of

LONGEST_VALUE = 80
MOST_ENTRIES = 60
MONEY_DIGITS = 12
SENTENCES: dict[str, str | Promise] = {
    "orders.shippingorder.confirm": _("Confirmed"),
    "orders.shippingorder.unconfirm": _("Confirmation taken back"),
    "orders.shippingorder.cancel": _("Cancelled"),
    "orders.shippingorder.reserve": _("Goods reserved"),
    "orders.shippingorder.release": _("Goods released"),
    "orders.shippingorder.start_picking": _("Picking started"),
    "orders.shippingorder.pack": _("Packed"),
    "orders.shippingorder.take_out": _("Taken out of the wave"),
    "orders.shippingorder.ship": _("Shipped"),
    "orders.shippingorder.ship_elsewhere": _("Shipped elsewhere"),
    "orders.shippingorder.note": _("Internal note written"),
    "orders.shippingorder.contact": _("Buyer contacted"),
    "orders.order.mirror": _("Changed on the platform"),
    AMEND_VERB: _("Corrected"),
    "contracts.settlementstatement.draft": _("Worked out again"),
    "contracts.settlementstatement.invoice": _("Number and day of the invoice changed"),
    "staff.scoresheet.extra": _("Extra points given"),
    "aftersales.returnorder.match": _("Matched with an order"),
    "aftersales.returnorder.note_waybill": _("Waybill written down"),
}
# What the reader sees elsewhere in the entry, or would not understand.
QUIET = {
    "amended",
    "answer_until",
    "drafted_at",
    "drafted_by_id",
    "input_print",
    "revision",
    "row_count",
    "submitted_by_id",
    "terms_digest",
    "picker_id",
    "received_by_id",
    "inspected_by_id",
    "approved_by_id",
    "paid_by_id",
    "shipping_order_id",
    "store_id",
    "state",
    "digest",
    "exported_at",
    "batch_id",
    "contacted_by_id",
    "lead_order_id",
    "status_text",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline. moved: state before and after, as words. changes: label, before, after.

    click: of a correction, which may touch several rows and is told once.
    """

    at: dt.datetime
    text: str | Promise
    who: str = ""
    note: str = ""
    moved: tuple[str, str] | None = None
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    click: uuid.UUID | None = None


def timeline_for(order: ShippingOrder, reasons: list[Reason]) -> list[Entry]:
    """Moves, notes, holds and the platform's changes in one line of time, at most sixty entries."""
    entries = [
        *_reasons(reasons),
        *(_told(change, order, ShippingState) for change in timeline_of(order, limit=MOST_ENTRIES)),
        *(_told(change, order.lead_order, OrderState) for change in timeline_of(order.lead_order, limit=MOST_ENTRIES)),
        *_items(order),
        Entry(order.created_at, _("Taken into opsdesk")),
    ]
    return sorted(_joined(entries), key=lambda entry: entry.at, reverse=True)[:MOST_ENTRIES]


def _joined(entries: Iterable[Entry]) -> list[Entry]:
    """What one click changed in several rows as one entry, each change once."""
    by_click: dict[uuid.UUID, Entry] = {}
    alone = []
    for entry in entries:
        known = by_click.get(entry.click) if entry.click else None
        if entry.click is None:
            alone.append(entry)
        elif known is None:
            by_click[entry.click] = entry
        else:
            both = dict.fromkeys([*known.changes, *entry.changes])
            by_click[entry.click] = replace(known, changes=list(both))
    return [*alone, *by_click.values()]


def _items(order: ShippingOrder) -> Iterator[Entry]:
    """Corrections of what is in the parcel."""
    told = changes_among(ShippingOrderLine, limit=MOST_ENTRIES, shipping_order_id=order.pk)
    told = [change for change in told if change.verb == AMEND_VERB]
    titles = dict(order.lines.values_list("pk", "order_line__title")) if told else {}
    keys = {key for change in told for key in change.columns.get("sku_id", ()) if key}
    codes = dict(Sku.objects.filter(pk__in=keys).values_list("pk", "code")) if keys else {}
    gone = _left_out(change for change in told if change.label == "delete")
    for change in told:
        changes = gone.get(change.row) or [
            (f"{_shown(titles.get(change.row))} · {_label(ShippingOrderLine(), name)}", *_named(pair, name, codes))
            for name, pair in change.columns.items()
        ]
        yield Entry(change.at, SENTENCES[AMEND_VERB], change.actor, change.reason, None, changes, change.click)


def _left_out(gone: Iterable[Change]) -> dict[int, list[tuple[str, str, str]]]:
    """Shipping line that is not shipped any more → its goods and how many they were."""
    told = {change.row: (change.columns["order_line_id"][0], change.columns["quantity"][0]) for change in gone}
    keys = [key for key, _quantity in told.values()]
    titles = dict(OrderLine.objects.filter(pk__in=keys).values_list("pk", "title")) if keys else {}
    return {
        row: [(titles.get(key, NOTHING), f"×{quantity}", gettext("left out"))] for row, (key, quantity) in told.items()
    }


def _named(pair: tuple[Any, Any], column: str, codes: dict[Any, str]) -> tuple[str, str]:
    """Before and after; SKUs by their codes."""
    before, after = (codes.get(value, value) for value in pair) if column == "sku_id" else pair
    return _shown(before), _shown(after)


def timeline_of_order(order: Order) -> list[Entry]:
    """What the platform changed about an order, newest first."""
    entries = [_told(change, order, OrderState) for change in timeline_of(order, limit=MOST_ENTRIES)]
    entries.append(Entry(order.created_at, _("Taken into opsdesk")))
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def timeline_of_row(row: models.Model, states: type[models.TextChoices], born: Entry) -> list[Entry]:
    """What happened to any row with a machine, newest first; `born` tells how it began, below all of the same moment."""
    entries = [*(_told(change, row, states) for change in timeline_of(row, limit=MOST_ENTRIES)), born]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _reasons(reasons: list[Reason]) -> Iterator[Entry]:
    for reason in reasons:
        yield Entry(reason.opened_at, _Stopped(_("Stopped: %(reason)s"), reason), _name(reason.opened_by), reason.note)
        if reason.cleared_at:
            text = _("Cleared: %(reason)s") if reason.cleared_by else _("Released: %(reason)s")
            yield Entry(reason.cleared_at, _Stopped(text, reason), _name(reason.cleared_by), reason.clear_note)


class _Stopped(Promise):
    """A sentence with the name of a reason in it."""

    def __init__(self, pattern: Any, reason: Reason) -> None:
        self.pattern, self.reason = pattern, reason

    def __str__(self) -> str:
        return str(self.pattern) % {"reason": self.reason}


def _name(user: Any) -> str:
    return str(user) if user else ""


def _told(change: Change, row: models.Model, states: Any) -> Entry:
    moved = None
    if "state" in change.columns:
        labels = dict(states.choices)
        moved = (
            str(labels.get(change.state_from, change.state_from)),
            str(labels.get(change.state_to, change.state_to)),
        )
    return Entry(
        at=change.at,
        text=_sentence(change.verb, type(row)),
        who=change.actor,
        note=change.reason,
        moved=moved,
        changes=[*_changes(change, row), *_hidden(change)],
        click=change.click if change.verb == AMEND_VERB else None,
    )


def _sentence(verb: str, model: type[models.Model]) -> str | Promise:
    if verb in SENTENCES:
        return SENTENCES[verb]
    known = {spec.signature: spec.label for spec in verbs_of(model).values()}
    return known.get(verb, _("Changed"))


def _changes(change: Change, row: models.Model) -> Iterator[tuple[str, str, str]]:
    stamps = {stamp for verb in verbs_of(type(row)).values() for stamp in verb.stamps}
    for column, (before, after) in change.columns.items():
        if column in QUIET or column in stamps or _is_key(row, column):
            continue
        yield _label(row, column), _shown(_spoken(row, column, before)), _shown(_spoken(row, column, after))


def _is_key(row: models.Model, column: str) -> bool:
    """Whether a column points at another row: its number says nothing to a reader."""
    try:
        return bool(row._meta.get_field(column).is_relation)
    except FieldDoesNotExist:
        return False


def _spoken(row: models.Model, column: str, value: Any) -> Any:
    """A choice by its words; a decimal that is no money as a plain figure: scores, weights have few digits."""
    if isinstance(value, Decimal):
        digits = getattr(row._meta.get_field(column), "max_digits", MONEY_DIGITS)
        return value if digits >= MONEY_DIGITS else figure(value)
    try:
        choices = dict(getattr(row._meta.get_field(column), "flatchoices", ()))
    except FieldDoesNotExist:
        return value
    return choices.get(value, value) if isinstance(value, str) and value else value


# Parts of a contact, and the column that shows them masked.
HIDDEN: dict[str, tuple[str | Promise, str]] = {
    "receiver": (_("receiver"), "receiver_masked"),
    "phone": (_("phone"), "phone_masked"),
    "street": (_("street and house number"), ""),
}


def _hidden(change: Change) -> Iterator[tuple[str, str, str]]:
    """Parts of a contact that were corrected without a trace in what is shown: that they were, not what they are."""
    before, after = change.columns.get("amended", (None, None))
    contact = (after or {}).get("contact")
    if change.verb != AMEND_VERB or not contact or contact == (before or {}).get("contact"):
        return
    for part in contact["parts"]:
        label, column = HIDDEN.get(part, ("", "state"))
        if label and column not in change.columns:
            yield str(label), "***", gettext("*** (new)")


def _label(row: models.Model, column: str) -> str:
    try:
        return str(getattr(row._meta.get_field(column.removesuffix("_id")), "verbose_name", column))
    except FieldDoesNotExist:
        return column


def _shown(value: Any) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, dt.datetime):
        return moment(value, year=True)
    if isinstance(value, Decimal):
        return money(value)
    text = str(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
