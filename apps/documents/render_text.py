"""Texts of a paper are measured with one ready layout for each style, and drawn with the one that measured them.

Loaded by `render_worker.py`, so it imports nothing of the project. The layout library makes everything that a text needs
anew for every text: context, language, font, and all of it once more when the text is drawn. The cells of a column have
one style, so they share it; what is drawn is what was measured, to the byte.
"""

from typing import Any

from weasyprint.text import line_break
from weasyprint.text.ffi import ffi, gobject, pango
from weasyprint.text.line_break import Layout

ffi.cdef("PangoLayout * pango_layout_copy (PangoLayout *layout);")
READY, FONT_KEYS = "_ready_layout", "_font_keys"
# Where one paragraph ends and the next begins; a text without them is one paragraph from the beginning.
ENDS = frozenset("\n\r\u2029")

_set_up, _set_text, _reactivate = Layout.setup, Layout.set_text, Layout.reactivate
_font_key = line_break._font_style_cache_key


def install() -> None:
    """From now on styles keep what their texts share, and texts keep what they were measured with."""
    Layout.setup, Layout.set_text = _from_ready, _as_one_paragraph
    Layout.deactivate, Layout.reactivate = _keep, _as_measured
    line_break._font_style_cache_key = _kept_font_key


def _from_ready(layout: Any, style: Any) -> None:
    """In place of making context, language and font anew: a copy of the first layout of this style."""
    kept = vars(style).get(READY)
    if kept is None:
        already = vars(layout).copy()
        _set_up(layout, style)
        said = {name: value for name, value in vars(layout).items() if name not in already and name != "style"}
        kept = vars(style)[READY] = said | {"layout": _copy(said["layout"])}
        return
    vars(layout).update(kept, layout=_copy(kept["layout"]), style=style)


def _copy(layout: Any) -> Any:
    return ffi.gc(pango.pango_layout_copy(layout), gobject.g_object_unref)


def _as_one_paragraph(layout: Any, text: str, justify: bool = False) -> None:
    """Say at once what drawing says later, so that it is no change which has the text measured again."""
    pango.pango_layout_set_single_paragraph_mode(layout.layout, ENDS.isdisjoint(text))
    _set_text(layout, text, justify)


def _keep(_layout: Any) -> None:
    """In place of dropping what measured the text."""


def _as_measured(layout: Any, style: Any) -> None:
    """Make ready to draw; only blanks that are still to be stretched have to be laid out again."""
    if layout.justification_spacing or layout.style is not style:
        _reactivate(layout, style)


def _kept_font_key(style: Any, include_size: bool = False) -> Any:
    """What tells fonts apart, worked out once for each style."""
    keys = vars(style).setdefault(FONT_KEYS, {})
    if include_size not in keys:
        keys[include_size] = _font_key(style, include_size)
    return keys[include_size]
