"""What papers are drawn with: barcodes, columns, days and amounts, from the plain values of a frozen context."""

import datetime as dt
from decimal import Decimal

import segno
from barcode.codex import Code128
from barcode.errors import BarcodeError
from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.core.calendar import SHANGHAI

register = template.Library()

QUIET_MODULES = 10
BAR_HEIGHT = 50
LONGEST_CODE = 80


@register.simple_tag
def barcode(value: object) -> SafeString:
    """A Code 128 as one path of an SVG, with its quiet zone. Nothing for a text that the code cannot say."""
    text = str(value)
    if not text or len(text) > LONGEST_CODE:
        return SafeString("")
    try:
        modules = Code128(text).build()[0]
    except BarcodeError:
        return SafeString("")
    return format_html(
        '<svg class="barcode" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}"><path d="{}"/></svg>',
        len(modules) + 2 * QUIET_MODULES,
        BAR_HEIGHT,
        text,
        "".join(f"M{start} 0h{width}v{BAR_HEIGHT}h-{width}z" for start, width in _bars(modules)),
    )


def _bars(modules: str) -> list[tuple[int, int]]:
    """Where each dark bar begins and how wide it is, in modules."""
    found, start = [], 0
    for run in modules.replace("10", "1 0").replace("01", "0 1").split():
        if run[0] == "1":
            found.append((start + QUIET_MODULES, len(run)))
        start += len(run)
    return found


@register.simple_tag
def qr(value: object) -> SafeString:
    """A QR code as one path of an SVG, with its quiet zone. Nothing for nothing, or for more than fits."""
    text = str(value)
    try:
        drawn = segno.make_qr(text, error="m") if text else None
    except segno.DataOverflowError:
        drawn = None
    if drawn is None:
        return SafeString("")
    rows = list(drawn.matrix_iter(border=4))
    dark = [(x, y) for y, row in enumerate(rows) for x, cell in enumerate(row) if cell]
    return format_html(
        '<svg class="qr" viewBox="0 0 {} {}" role="img" aria-label="{}"><path d="{}"/></svg>',
        len(rows),
        len(rows),
        text,
        "".join(f"M{x} {y}h1v1h-1z" for x, y in dark),
    )


@register.simple_tag
def columns(*widths: int) -> SafeString:
    """The columns of a table in percent, 100 together; a paper's tables have fixed columns: `{% columns 10 60 30 %}`."""
    if sum(widths) != 100:
        raise template.TemplateSyntaxError(f"columns of {sum(widths)} %")
    return format_html("<colgroup>{}</colgroup>", format_html_join("", '<col class="w{}">', ((w,) for w in widths)))


@register.filter
def moment(value: object) -> str:
    """A frozen instant as the office writes it: `2026-11-21 14:05`. What is none stays as it is."""
    try:
        at = dt.datetime.fromisoformat(str(value))
    except ValueError:
        return str(value)
    return f"{at.astimezone(SHANGHAI) if at.tzinfo else at:%Y-%m-%d %H:%M}"


@register.filter
def amount(value: object) -> str:
    """A frozen amount with separators and all its places: `-1,234.50`; of money, with its currency."""
    if isinstance(value, dict) and "amount" in value:
        return f"{amount(value['amount'])} {value.get('currency', '')}".rstrip()
    try:
        return f"{Decimal(str(value)):,f}"
    except ArithmeticError:
        return str(value)
