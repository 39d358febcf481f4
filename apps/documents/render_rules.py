"""Style rules that no paper has use for, taken from the layout library's own sheet.

Loaded by `render_worker.py`, so it imports nothing of the project. The sheet is written for any page of the web: it asks
each element whether it is hidden, a link, or written from right to left, and gives each element six styles for the case
that it is a note or stands in a list. Papers have none of these; asking a table's cells took a tenth of its time.
"""

from weasyprint.html import UA_STYLESHEET


def install() -> None:
    """From now on the library's sheet says only what elements of a name are like."""
    UA_STYLESHEET.matcher.other_selectors.clear()
