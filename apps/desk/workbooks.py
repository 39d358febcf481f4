"""A list as a workbook, at once: written, entered in the book of exports and handed out, or none of it."""

from collections.abc import Callable
from typing import BinaryIO

from django.db import transaction
from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils import timezone

from apps.core.calendar import SHANGHAI
from apps.desk.doors import DeskRequest, attempt, tell
from apps.desk.downloads import attachment, new_file


def workbook(request: DeskRequest, name: str, write: Callable[[BinaryIO], object], *, back: str) -> HttpResponseBase:
    """What `write` puts into the file, as a download; its refusal is said on the page at `back` (SEC-31).

    write: an export action, which asks for the right and writes the line into the book of exports. name: without date
    and ending.
    """
    sink = new_file()

    @transaction.atomic
    def written() -> object:
        return write(sink)

    _done, refusal = attempt(request, written)
    if refusal:
        return tell(request, HttpResponseRedirect(back), refusal, tone="bad")
    sink.seek(0)
    return attachment(sink, f"{name}-{timezone.now().astimezone(SHANGHAI):%Y%m%d-%H%M}.xlsx")
