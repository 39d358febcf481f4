"""The clerk's part of the order intake: upload, check, import, once over."""

from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.jobs.actions import run_job
from apps.orders.actions import import_batch, receive_files
from apps.orders.models import ImportBatch, ShippingOrder
from tests.benchmarks.company import Company
from tests.benchmarks.invented import Files


def import_once(files: Files, company: Company) -> ImportBatch:
    """What happens between a clerk's upload and confirmed orders, without the wait for a worker."""
    uploads = [SimpleUploadedFile(exported_name(path), path.read_bytes()) for path in (files.orders, files.items)]
    batch = receive_files(company.store.pk, uploads, by=company.actor)
    run_job(batch.check_job_id or 0)
    batch = import_batch(batch.pk, by=company.actor)
    run_job(batch.import_job_id or 0)
    return ImportBatch.objects.select_related("check_job", "import_job").get(pk=batch.pk)


def expect(batch: ImportBatch, confirmed: int) -> None:
    """A run that did not do the work is no measurement."""
    done = ShippingOrder.objects.filter(state="confirmed").count()
    assert batch.state == "imported", (batch.state, batch.check_job and batch.check_job.refusal)
    assert done == confirmed, (done, confirmed, batch.counts)


def exported_name(path: Path) -> str:
    """The name that a platform gives such a file."""
    return f"{path.stem.split('-')[0]}202611211000.csv"
