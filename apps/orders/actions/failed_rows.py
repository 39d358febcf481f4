"""Failed rows as a file to correct and upload again: the original columns, and the reason in front."""

from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from apps.core.errors import NotAllowed, NotFound
from apps.core.tabular import open_table, write_csv
from apps.files.actions import open_file
from apps.orders.actions.check import HEADER
from apps.orders.models import ImportBatch, ImportFile
from apps.orders.queries.batches import failed_rows
from apps.org.actors import Actor


def write_failed_rows(batch: ImportBatch, file_id: int, sink: BinaryIO, *, by: Actor) -> str:
    """Write the refused rows of one file of a batch into `sink` and give the file's name.

    The reason stands in a column of its own in front; the importer reads columns by name and passes over it, so the
    corrected file goes straight back in. Raises NotAllowed, NotFound when the file has no refused row or has expired.
    """
    if not by.may("orders.add_importbatch"):
        raise NotAllowed(_("You do not have the right to import orders."))
    file = ImportFile.objects.select_related("stored").get(pk=file_id, batch=batch)
    reasons = {row: text for place, row, text in failed_rows(batch) if place == file.name}
    if not reasons:
        raise NotFound(_("No row of this file was refused."))
    with open_file(file.stored) as stream, open_table(stream, header=HEADER) as table:
        rows = _with_reasons(((row.number, row.cells) for row in table.rows()), reasons)
        write_csv(sink, [_("Reason"), *table.header], rows)
    words = _("failed rows")  # Not inside the f-string: what collects the words to translate does not look there.
    return f"{file.name.rpartition('.')[0] or file.name}-{words}.csv"


def _with_reasons(rows: Iterator[tuple[int, list[str]]], reasons: dict[int, str]) -> Iterator[list[str]]:
    for number, cells in rows:
        if number in reasons:
            yield [reasons[number], *cells]
