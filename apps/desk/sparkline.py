"""A row of numbers as a small drawing: SVG made here, coloured by the style sheet, no script."""

from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT, TOP, BOTTOM = 240, 46, 6, 3


def sparkline(values: Sequence[int], label: str) -> str:
    """Line and area over the values, oldest first; label says what it shows to those who do not see it."""
    if not values:
        return ""
    low, high = min(0, *values), max(values)
    span, steps = (high - low) or 1, max(len(values) - 1, 1)
    points = [
        (place * WIDTH / steps, HEIGHT - BOTTOM - (value - low) * (HEIGHT - TOP - BOTTOM) / span)
        for place, value in enumerate(values)
    ]
    line = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    frame = f'viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none"'
    return (
        f'<svg class="spark" {frame} role="img" aria-label="{escape(label)}">'
        f'<path class="a" d="{line}L{WIDTH} {HEIGHT}L0 {HEIGHT}Z"/>'
        f'<path class="l" d="{line}" vector-effect="non-scaling-stroke"/></svg>'
    )
