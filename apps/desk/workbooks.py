"""A list as a workbook, at once: written, entered in the book of exports and handed out, or none of it."""

import tempfile
from collections.abc import Callable
from typing import BinaryIO, cast

from django.db import transaction
from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils import timezone

from apps.core.calendar import SHANGHAI
from apps.desk.doors import DeskRequest, attempt, tell
from apps.desk.views.files import attachment

IN_MEMORY_BYTES = 5_000_000


def workbook(request: DeskRequest, name: str, write: Callable[[BinaryIO], int], *, back: str) -> HttpResponseBase:
    """What `write` puts into the file, as a download; its refusal is said on the page at `back` (SEC-31).

    write: an export action, which asks for the right and writes the line into the book of exports. name: without date
    and ending.
    """
    sink = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES))  # noqa: SIM115 - the response closes it

    @transaction.atomic
    def written() -> int:
        return write(sink)

    rows, refusal = attempt(request, written)
    if rows is None:
        return tell(request, HttpResponseRedirect(back), refusal, tone="bad")
    sink.seek(0)
    return attachment(sink, f"{name}-{timezone.now().astimezone(SHANGHAI):%Y%m%d-%H%M}.xlsx")
