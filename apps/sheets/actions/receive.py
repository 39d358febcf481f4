"""Receive a sheet: keep the file sealed, find the one that came before, and have it checked."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO, Protocol

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid, NotAllowed, NotFound
from apps.files.actions import keep_file
from apps.files.models import StoredFile
from apps.jobs.actions import start_job
from apps.org.actors import Actor
from apps.sheets.kinds import SheetKind, kind_named
from apps.sheets.models import Sheet
from apps.sheets.queries import places_for
from apps.sheets.workflows.sheet import SheetState

LARGEST_BYTES = 20 * 1024 * 1024
READ_BYTES = 1 << 20


class Upload(Protocol):
    """What a form hands over: a name, a size, and a stream that can be read twice."""

    name: str | None
    size: int | None

    @property
    def file(self) -> BinaryIO:
        """The stream."""


@dataclass(frozen=True, slots=True)
class Received:
    """The sheet of an upload. is_known: it was uploaded before, and nothing was begun anew. before: the applied one."""

    sheet: Sheet
    is_known: bool
    before: Sheet | None = None


@transaction.atomic
def receive_sheet(kind_name: str, upload: Upload | None, *, by: Actor, place_id: int | None = None) -> Received:
    """Take one file of one kind, for one place where the kind wants one, and start its check. Nothing else changes.

    A file that waits is found again; one that was applied is looked at anew, because records change between. Raises
    NotFound for an unknown kind or a foreign place, NotAllowed, Invalid for no, an empty or a too large file.
    """
    kind = _kind(kind_name)
    if not by.may(kind.permission):
        raise NotAllowed(_("You do not have the right to import this kind of sheet."))
    place = _place(kind, by, place_id)
    if upload is None:
        raise Invalid(_("Choose a file."), code="no_file")
    _fit(upload)
    identity = {"kind": kind.name, **place, "sha256": _digest(upload.file), "is_current": True}
    known = _known(kind, identity, by)
    if known is not None and not _laid_aside(known):
        return Received(_known(kind, identity, by) or known, is_known=True)
    try:
        with transaction.atomic():
            return Received(_new(identity, upload, by), is_known=False, before=known)
    except IntegrityError:
        # Somebody uploaded the same file in this very moment; the unique constraint let one through.
        known = _known(kind, identity, by)
        if known is None:
            raise
        return Received(known, is_known=True)


def _kind(name: str) -> SheetKind:
    try:
        return kind_named(name)
    except KeyError as error:
        raise NotFound(_("There is no such kind of sheet.")) from error


def _place(kind: SheetKind, by: Actor, place_id: int | None) -> dict[str, int | None]:
    """The columns that say where the sheet belongs."""
    if kind.place and place_id not in {pk for pk, _name in places_for(kind, by)}:
        raise NotFound(_("There is no such record, or it belongs to another store."))
    return {
        "store_id": place_id if kind.place == "store" else None,
        "warehouse_id": place_id if kind.place == "warehouse" else None,
    }


def _fit(upload: Upload) -> None:
    if not upload.size:
        raise Invalid(_("The file is empty."), code="empty_file", file=upload.name or "")
    if upload.size > LARGEST_BYTES:
        raise Invalid(
            _("The file is larger than 20 MB. Cut it into parts."), code="file_too_large", file=upload.name or ""
        )


def _digest(stream: BinaryIO) -> bytes:
    digest = sha256()
    stream.seek(0)
    while part := stream.read(READ_BYTES):
        digest.update(part)
    stream.seek(0)
    return digest.digest()


def _known(kind: SheetKind, identity: dict[str, Any], by: Actor) -> Sheet | None:
    sheets = Sheet.objects.filter(**identity)
    return (sheets if kind.place else sheets.filter(received_by_id=by.id)).first()


def _laid_aside(known: Sheet) -> bool:
    """Let an applied sheet make room for the same file. Of two at once the second finds what the first one made."""
    applied = Sheet.objects.filter(pk=known.pk, is_current=True, state=SheetState.APPLIED)
    return bool(applied.update(is_current=False))


def _new(identity: dict[str, Any], upload: Upload, by: Actor) -> Sheet:
    name = (upload.name or "")[-200:]
    # Without a store: the file is its uploader's alone, and others read what its rows would do.
    stored = keep_file(upload.file, name=name, kind=StoredFile.Kind.UPLOAD, by=by)
    sheet = Sheet.objects.create(**identity, file=stored, name=name, received_by_id=by.id)
    job = start_job("sheets.check", {"sheet": sheet.pk}, by=by, store_id=sheet.store_id)
    Sheet.objects.filter(pk=sheet.pk).update(check_job=job)
    sheet.check_job = job
    return sheet
