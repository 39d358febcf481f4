"""Keep a file, and open it again."""

import datetime as dt
import io
import uuid
from typing import BinaryIO

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.errors import NotFound
from apps.files.models import StoredFile
from apps.files.sealed import SealedReader, path_of, write_sealed
from apps.org.actors import Actor

UPLOADS_KEPT = dt.timedelta(days=30)
EXPORTS_KEPT = dt.timedelta(hours=24)


def keep_file(
    source: BinaryIO,
    *,
    name: str,
    kind: str,
    by: Actor,
    store_id: int | None = None,
    content_type: str = "application/octet-stream",
    kept_for: dt.timedelta | None = UPLOADS_KEPT,
) -> StoredFile:
    """Seal a stream and register it. The bytes are on disk before the row is: a row never points to nothing.

    kept_for: None for as long as its row is there. If the caller's transaction rolls back, the orphan bytes are removed
    by the hourly sweep.
    """
    key = uuid.uuid4()
    size, digest = write_sealed(str(key), source)
    return StoredFile.objects.create(
        key=key,
        kind=kind,
        name=name[-200:],
        content_type=content_type,
        size_bytes=size,
        sha256=digest,
        store_id=store_id,
        owner_id=by.id,
        expires_at=None if kept_for is None else timezone.now() + kept_for,
    )


def open_file(file: StoredFile) -> io.BufferedReader:
    """The plain bytes as a seekable stream. Raises NotFound when the file's time is over."""
    if file.removed_at is not None or not path_of(str(file.key)).exists():
        raise NotFound(_("This file has expired and was removed."), file=file.pk)
    return io.BufferedReader(SealedReader(str(file.key)), buffer_size=1 << 16)
