"""Receive the files of one upload: keep them sealed, refuse what came before, and have them checked."""

from collections.abc import Sequence
from hashlib import sha256
from typing import BinaryIO, Protocol

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.speech import filled
from apps.files.actions import keep_file
from apps.files.models import StoredFile
from apps.jobs.actions import start_job
from apps.orders.models import ImportBatch, ImportFile
from apps.orders.workflows.import_batch import BatchState
from apps.org.actors import Actor
from apps.org.models import Store
from apps.org.scope import the_visible

MOST_FILES = 5
LARGEST_BYTES = 200 * 1024 * 1024
READ_BYTES = 1 << 20


CAME_BEFORE = _("This file was uploaded before; nothing was imported twice.")
WAITS = _(
    "This file was uploaded and checked before, and nobody has imported it yet. Import that upload, or discard it to "
    "bring the file together with others."
)


class Upload(Protocol):
    """What a form or the API hands over: a name, a size, and a stream that can be read twice."""

    name: str | None
    size: int | None

    @property
    def file(self) -> BinaryIO:
        """The stream."""


class SameFile(Conflict):
    """This very file was uploaded for this store before; `batch` says where its result is."""

    code = "same_file"


@transaction.atomic
def receive_files(store_id: int, files: Sequence[Upload], *, by: Actor) -> ImportBatch:
    """Take one upload for one store and start its check. Nothing in the business tables changes.

    Raises NotAllowed, NotFound for a foreign store, Invalid for none, too many, empty or too large files, SameFile with
    the earlier batch's key when a file came before.
    """
    if not by.may("orders.add_importbatch"):
        raise NotAllowed(_("You do not have the right to import orders."))
    store = the_visible(Store.objects.filter(is_active=True), by, pk=store_id)
    _fit(files)
    digests = [_digest(upload.file) for upload in files]
    _refuse_known(store, files, digests)
    batch = ImportBatch.objects.create(store=store, received_by_id=by.id)
    try:
        with transaction.atomic():
            for upload, digest in zip(files, digests, strict=True):
                _keep(batch, upload, digest, by)
    except IntegrityError:
        # Somebody uploaded the same file in this very moment; the unique constraint let one through.
        _refuse_known(store, files, digests)
        raise
    job = start_job("orders.check", {"batch": batch.pk}, by=by, store_id=store.pk)
    ImportBatch.objects.filter(pk=batch.pk).update(check_job=job)
    batch.check_job = job
    return batch


def _fit(files: Sequence[Upload]) -> None:
    if not files:
        raise Invalid(_("Choose at least one file."), code="no_file")
    if len(files) > MOST_FILES:
        raise Invalid(_("At most five files at once."), code="too_many_files")
    for upload in files:
        if not upload.size:
            sentence = filled(_("The file “%(file)s” is empty."), file=upload.name or "")
            raise Invalid(sentence, code="empty_file", file=upload.name or "")
        if upload.size > LARGEST_BYTES:
            sentence = filled(
                _("The file “%(file)s” is larger than 200 MB. Export a shorter period."), file=upload.name or ""
            )
            raise Invalid(sentence, code="file_too_large", file=upload.name or "")


def _digest(stream: BinaryIO) -> bytes:
    digest = sha256()
    stream.seek(0)
    while part := stream.read(READ_BYTES):
        digest.update(part)
    stream.seek(0)
    return digest.digest()


def _refuse_known(store: Store, files: Sequence[Upload], digests: list[bytes]) -> None:
    if len(set(digests)) < len(digests):
        raise Invalid(_("The same file was chosen twice."), code="same_file_twice")
    known = ImportFile.objects.filter(store=store, is_current=True, sha256__in=digests).select_related("batch").first()
    if known is not None:
        sentence = WAITS if known.batch.state == BatchState.CHECKED else CAME_BEFORE
        raise SameFile(sentence, batch=known.batch_id, file=known.name)


def _keep(batch: ImportBatch, upload: Upload, digest: bytes, by: Actor) -> None:
    name = (upload.name or "")[-200:]
    stored = keep_file(upload.file, name=name, kind=StoredFile.Kind.UPLOAD, by=by, store_id=batch.store_id)
    ImportFile.objects.create(batch=batch, store_id=batch.store_id, stored=stored, sha256=digest, name=name)
