"""What the style of a box comes to in its place is worked out once for all boxes of that style in such a place.

Loaded by `render_worker.py`, so it imports nothing of the project. The layout library asks twenty-one lengths of each box,
line and text, whether they are shares of the width around it or not; the cells of a column, which all have one style and
stand in one width, get the same answers.
"""

import sys
from typing import Any

from weasyprint.formatting_structure.boxes import Box, PageBox
from weasyprint.layout import percent

SIDES = ("top", "right", "bottom", "left")
BORDERS = tuple(f"border_{side}_width" for side in SIDES)
LENGTHS = (
    *(f"margin_{side}" for side in SIDES),
    *(f"padding_{side}" for side in SIDES),
    *("width", "min_width", "max_width", "height", "min_height", "max_height"),
)
RESOLVED = "_resolved_lengths"

_resolve = percent.resolve_percentages


def install() -> None:
    """From now on every room of the library asks here."""
    for name, module in list(sys.modules.items()):
        if name.startswith("weasyprint.") and getattr(module, "resolve_percentages", None) is _resolve:
            module.resolve_percentages = _resolved  # type: ignore[attr-defined]  # it has it, see the line above


def _resolved(box: Any, containing_block: Any) -> None:
    """In place of asking for each length anew. Boxes whose style changes while they are laid out are asked as ever."""
    style = box.style
    if isinstance(box, PageBox) or box.is_flex_item or box.is_grid_item or style["box_sizing"] != "content-box":
        _resolve(box, containing_block)
        return
    inside = isinstance(containing_block, Box)
    place = (containing_block.width, containing_block.height) if inside else tuple(containing_block)
    known = vars(style).setdefault(RESOLVED, {})
    if place not in known:
        _resolve(box, containing_block)
        known[place] = {name: getattr(box, name) for name in LENGTHS}
        return
    own = vars(box)
    own.update(known[place])
    # In a table whose borders fall together they have been worked out before, box by box.
    collapse = style["border_collapse"] == "collapse"
    for name in BORDERS:
        if not (collapse and name in own):
            own[name] = style[name]
