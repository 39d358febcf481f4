"""Receive bills: keep the files sealed, refuse what came before, and have each checked."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid, NotAllowed
from apps.core.speech import filled
from apps.files.actions import keep_file
from apps.files.models import StoredFile
from apps.finance.models import Bill
from apps.finance.workflows.bill import SET_ASIDE
from apps.jobs.actions import start_job
from apps.orders.actions.receive import LARGEST_BYTES, SameFile, Upload
from apps.org.actors import Actor
from apps.org.models import Store
from apps.org.scope import the_visible

# A month of daily bills at once.
MOST_FILES = 31


@transaction.atomic
def receive_bills(store_id: int, files: Sequence[Upload], *, by: Actor) -> list[Bill]:
    """Take bills for one store, one a file, and start their checks. Nothing in the books changes.

    Raises NotAllowed, NotFound for a foreign store, Invalid for none, too many, empty or too large files, SameFile with
    the earlier bill's key when a file came before; then none is taken.
    """
    if not by.may("finance.add_bill"):
        raise NotAllowed(_("You do not have the right to upload bills."))
    store = the_visible(Store.objects.filter(is_active=True), by, pk=store_id)
    if not files:
        raise Invalid(_("Choose at least one file."), code="no_file")
    if len(files) > MOST_FILES:
        raise Invalid(_("At most 31 files at once."), code="too_many_files")
    for upload in files:
        _fit(upload)
    return [_received(store, upload, by) for upload in files]


def _fit(upload: Upload) -> None:
    name = upload.name or ""
    if not upload.size:
        raise Invalid(filled(_("The file “%(file)s” is empty."), file=name), code="empty_file", file=name)
    if upload.size > LARGEST_BYTES:
        sentence = filled(_("The file “%(file)s” is larger than 200 MB. Export a shorter period."), file=name)
        raise Invalid(sentence, code="file_too_large", file=name)


def _received(store: Store, upload: Upload, by: Actor) -> Bill:
    name = (upload.name or "")[-200:]
    upload.file.seek(0)
    stored = keep_file(upload.file, name=name, kind=StoredFile.Kind.UPLOAD, by=by, store_id=store.pk)
    _refuse_known(store, stored, name)
    try:
        with transaction.atomic():
            bill = Bill.objects.create(store=store, file=stored, name=name, sha256=stored.sha256, received_by_id=by.id)
    except IntegrityError:
        # Somebody uploaded the same file in this very moment; the unique constraint let one through.
        _refuse_known(store, stored, name)
        raise
    job = start_job("finance.check", {"bill": bill.pk}, by=by, store_id=store.pk)
    Bill.objects.filter(pk=bill.pk).update(check_job=job)
    bill.check_job = job
    return bill


def _refuse_known(store: Store, stored: StoredFile, name: str) -> None:
    known = Bill.objects.filter(store=store, sha256=stored.sha256).exclude(state__in=SET_ASIDE).first()
    if known is not None:
        sentence = filled(_("The file “%(file)s” was uploaded before; nothing was imported twice."), file=name)
        raise SameFile(sentence, bill=known.pk, file=name)
