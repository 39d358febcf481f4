"""Where an upload waits while it arrives: on disk without a name, so that nothing of it outlives the request."""

from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

MOST_BYTES = 1024 * 1024 * 1024


class NamelessUploads(FileUploadHandler):
    """Streams each file of a request into a file that no folder lists.

    A named temporary file would stay behind in plain text, buyers' addresses and all, when the web server is killed
    while the bytes arrive. Raises RequestDataTooBig (an answer 400) above 1 GiB in all files of one request together,
    whoever sends it: the form's own limits are asked only once everything has arrived.
    """

    _arrived = 0

    def new_file(self, *args: Any, **options: Any) -> None:
        """Begin the next file."""
        super().new_file(*args, **options)
        # The request closes it; there is no block to hold it in, because the bytes come in by call.
        self.file = UploadedFile(
            TemporaryFile(dir=_place()),  # noqa: SIM115
            self.file_name, self.content_type, 0, self.charset, self.content_type_extra,
        )  # fmt: skip

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep the next bytes."""
        self._arrived += len(raw_data)
        if self._arrived > MOST_BYTES:
            self.file.close()
            raise RequestDataTooBig(f"more than {MOST_BYTES} bytes in one request")
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        """Hand the file over, at its beginning."""
        self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        """The sender went away in the middle."""
        if hasattr(self, "file"):
            self.file.close()


def _place() -> Path | None:
    place: Path | None = settings.UPLOADS_WAIT_IN
    if place is not None:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place
