"""Cells that several lists share: escaped HTML, as little of it as does the job."""

from html import escape

from django.utils.translation import gettext as _

from apps.desk.lists.spec import Reader
from apps.desk.marks import NOTHING, hue_of, icon, platform_mark
from apps.orders.models import Reason

BY_CODE = "#"
NOTE_LENGTH = 60  # of a message in a list; the sheet shows all of it
FLAG_TONES = {"red": "red", "yellow": "amber", "green": "green", "blue": "blue", "purple": "indigo"}


def muted(text: str) -> str:
    """Secondary words."""
    return f'<span class="muted">{escape(text)}</span>'


def number_link(pk: int, number: str, flag: str, reader: Reader) -> str:
    """The number that opens the row, and the seller's flag."""
    return f'<a class="no" href="{reader.row_url}{pk}/">{escape(number)}</a>{flag_mark(flag)}'


def flag_mark(flag: str) -> str:
    """The seller's flag as a coloured mark with its name; nothing without a flag."""
    if not flag:
        return ""
    label = escape(_("Flag: %(flag)s") % {"flag": flag_label(flag)})
    return f'<i class="flag {FLAG_TONES.get(flag, "neutral")}" role="img" aria-label="{label}" title="{label}"></i>'


def flag_label(flag: str) -> str:
    """The flag's colour as a word; what no platform uses stays as it came."""
    words = {"red": _("red"), "yellow": _("yellow"), "green": _("green"), "blue": _("blue"), "purple": _("purple")}
    return words.get(flag, flag)


def items(title: str | None, quantity: int, message: str, memo: str) -> str:
    """The first item's tile and title, how many there are, and a mark when buyer or seller wrote something."""
    title = title or _("No lines yet")
    count = f' <span class="q">×{quantity}</span>' if quantity > 1 else ""
    return (
        f'<span class="it"><i class="th h{hue_of(title)}" aria-hidden="true">{escape(title[:1])}</i>'
        f'<span class="tt">{escape(title)}</span>{count}{_note_mark(message, memo)}</span>'
    )


def _note_mark(message: str, memo: str) -> str:
    said = escape(" · ".join(text for text in (message, memo) if text))
    return f'<span class="nt" role="img" title="{said}">{icon("sticky-note")}</span>' if said else ""


def store_mark(store_id: int, reader: Reader) -> str:
    """The store's platform mark and name, made once per page."""
    if store_id not in reader.marks:
        store = reader.stores.get(store_id)
        name = escape(store.name) if store else NOTHING
        mark = platform_mark(store.platform) if store else ""
        reader.marks[store_id] = f'<span class="st">{mark}<span class="tt">{name}</span></span>'
    return reader.marks[store_id]


def reason_label(name: str) -> str:
    """An audit rule's name, or the kind of a reason that no rule made."""
    if name.startswith(BY_CODE) and name[1:] in Reason.Code.values:
        return str(Reason.Code(name[1:]).label)
    return name
