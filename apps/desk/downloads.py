"""Files on their way out of the desk: in the making, and as the answer that hands them out."""

import tempfile
from typing import BinaryIO, cast

from django.http import FileResponse
from django.utils.http import content_disposition_header

IN_MEMORY_BYTES = 5_000_000


def new_file() -> BinaryIO:
    """A file in the making, in memory while it is small; the response that hands it out closes it."""
    return cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES))


def attachment(source: BinaryIO, name: str) -> FileResponse:
    """A download that no browser opens, guesses at or keeps; the name may be Chinese (RFC 6266)."""
    response = FileResponse(source, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = "sandbox"
    return response
