"""Small pieces of HTML for every page: icons, badges, platform marks, amounts, instants. Texts are escaped here."""

import datetime as dt
from decimal import Decimal
from functools import cache
from html import escape

from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from apps.core.calendar import SHANGHAI
from apps.org.models import Platform

SPRITE = "vendor/lucide-1.62.0/icons.svg"
NOTHING = "—"
# Nobody reads on from here, and counting further would read the whole table.
BOUND = 5_000
CURRENCY_SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}

TONES: dict[str, dict[str, str]] = {
    "orders.shippingorder": {
        "imported": "amber", "confirmed": "blue", "reserved": "blue", "picking": "blue", "packed": "indigo",
        "shipped": "green", "cancelled": "neutral",
    },
    "orders.order": {
        "unknown": "red", "wait_pay": "neutral", "hold": "red", "wait_ship": "amber", "part_shipped": "indigo",
        "shipped": "indigo", "signed": "green", "done": "green", "closed_unpaid": "neutral", "closed_refund": "neutral",
        "closed": "neutral",
    },
    "orders.importbatch": {
        "received": "blue", "checked": "amber", "importing": "blue", "imported": "green", "refused": "red",
        "cancelled": "neutral",
    },
    "warehouse.shipment": {"open": "amber", "ready": "indigo", "dispatched": "green", "cancelled": "neutral"},
    "warehouse.wave": {
        "planned": "neutral", "picking": "blue", "picked": "indigo", "closed": "green", "cancelled": "neutral",
    },
    "documents.document": {"issued": "blue", "rendered": "green", "failed": "red"},
    "aftersales.returnorder": {
        "announced": "blue", "received": "amber", "inspected": "indigo", "closed": "green", "cancelled": "neutral",
    },
    "aftersales.refund": {
        "requested": "amber", "approved": "blue", "paid": "green", "refused": "red", "cancelled": "neutral",
    },
    "finance.bill": {
        "received": "blue", "checked": "amber", "importing": "blue", "imported": "amber", "reconciled": "green",
        "refused": "red", "discarded": "neutral",
    },
    "finance.billline": {
        "unmatched": "red", "matched": "green", "explained": "green", "disputed": "amber", "apart": "neutral",
    },
    "orders.ordermoney": {"open": "amber", "settled": "green"},
    "staff.scoresheet": {"open": "amber", "scored": "blue", "closed": "green"},
    "approvals.approvalrequest": {
        "open": "amber", "approved": "green", "refused": "red", "withdrawn": "neutral", "lapsed": "neutral",
    },
    "approvals.intention": {
        "open": "indigo", "taken_back": "neutral", "carried_out": "green", "fell_through": "red",
    },
    "stores.listing": {"in_warehouse": "blue", "on_sale": "green", "delisted": "neutral"},
    "stores.pricechange": {
        "draft": "neutral", "submitted": "amber", "approved": "blue", "applied": "green", "refused": "red",
        "withdrawn": "neutral", "cancelled": "neutral",
    },
    "stores.listingchange": {
        "draft": "neutral", "submitted": "amber", "approved": "blue", "applied": "green", "refused": "red",
        "withdrawn": "neutral", "cancelled": "neutral",
    },
    "contracts.contract": {"draft": "amber", "active": "green", "ended": "neutral", "discarded": "neutral"},
    "contracts.settlementstatement": {
        "draft": "neutral", "submitted": "amber", "approved": "indigo", "sent": "blue", "objected": "red",
        "confirmed": "green", "overdue": "red", "paid": "green",
    },
    "sheets.sheet": {
        "received": "blue", "checked": "amber", "applying": "blue", "applied": "green", "refused": "red",
        "cancelled": "neutral",
    },
    "jobs.job": {
        "queued": "neutral", "running": "blue", "succeeded": "green", "failed": "red", "cancelled": "neutral",
    },
}  # fmt: skip


def safe(html: str) -> SafeString:
    """HTML whose every variable part went through `escape` in this module or in a list's cells."""
    return mark_safe(html)  # noqa: S308 - the one place; callers are the renderers of this app


@cache
def sprite_url() -> str:
    """Where the icons lie; the same for the life of the process."""
    return static(SPRITE)


@cache
def icon(name: str, label: str = "") -> SafeString:
    """An icon from the sprite. label: for icons that say something alone; otherwise it is decoration."""
    said = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return safe(f'<svg class="ic" {said}><use href="{sprite_url()}#{name}"/></svg>')


def badge(tone: str, label: object) -> SafeString:
    """A state: a dot and a word on a tint, never colour alone."""
    return safe(f'<span class="bdg {tone}">{escape(str(label))}</span>')


def tone_of(machine: str, state: str) -> str:
    """The tone of a state of a machine; neutral for one that nobody has coloured."""
    return TONES.get(machine, {}).get(state, "neutral")


def platform_mark(platform: str) -> SafeString:
    """A small square with the platform's first character; the store's name always stands beside it."""
    label = str(Platform(platform).label) if platform in Platform.values else platform
    return safe(f'<i class="plat p-{escape(platform)}" aria-hidden="true">{escape(label[:1])}</i>')


def money(amount: Decimal | None, currency: str = "CNY") -> str:
    """An amount with sign and thousands, the same in every language; a dash when it is not known."""
    if amount is None:
        return NOTHING
    sign = CURRENCY_SIGNS.get(currency, f"{currency} ")
    minus = "−" if amount < 0 else ""
    return f"{minus}{sign}{abs(amount):,.2f}"


def number(count: int) -> str:
    """A whole number with thousands, the same in every language."""
    return f"{count:,}"


def figure(value: Decimal, places: int = 0) -> str:
    """A figure without places that say nothing, but with at least so many of them: 110, 91.82, 1.0."""
    plain = value.normalize()
    exponent = plain.as_tuple().exponent
    needed = -exponent if isinstance(exponent, int) else 0
    return f"{plain:.{max(needed, places, 0)}f}"


def short(count: int) -> str:
    """A bounded count beside a word: 1,234 or 5,000+; nothing for none."""
    return "" if not count else number(count) if count <= BOUND else f"{number(BOUND)}+"


def said(count: int) -> str:
    """A bounded count in a sentence."""
    return number(count) if count <= BOUND else _("more than %(count)s") % {"count": number(BOUND)}


def moment(at: dt.datetime | None, *, year: bool = False) -> str:
    """An instant as a clerk writes it, in Shanghai: 11-21 14:05, with the year when asked for."""
    if at is None:
        return NOTHING
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if year else f"{at.astimezone(SHANGHAI):%m-%d %H:%M}"


def clock(at: dt.datetime) -> str:
    """An instant of today to the second, in Shanghai: 14:05:09."""
    return f"{at.astimezone(SHANGHAI):%H:%M:%S}"


def hue_of(text: str) -> int:
    """One of twelve tints for a product's tile, the same for the same title."""
    return sum(map(ord, text[:6])) % 12
