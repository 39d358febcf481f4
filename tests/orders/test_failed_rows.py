"""Refused rows come back as a file; corrected and uploaded again they are the orders that they were meant to be."""

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from apps.orders.actions.failed_rows import write_failed_rows
from apps.orders.models import ImportBatch, Order, OrderLine, ShippingOrder
from apps.orders.queries import batch_summary
from apps.org.actors import Actor
from tests.orders.conftest import CSV, ITEMS_2017, ORDERS_2017

pytestmark = pytest.mark.django_db
Importer = Callable[..., ImportBatch]
NUMBER = "4001260903000040048"
SOUND, SPOILT = '"66.00","0","66.00","0"', '"66.00","0","6x6.00","0"'


def _file(name: str, text: str, encoding: str = "gb18030") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(encoding))


def _failed(batch: ImportBatch, name: str, by: Actor) -> str:
    """The failed rows of one file, as a person gets them."""
    sink = io.BytesIO()
    write_failed_rows(batch, batch.files.get(name=name).pk, sink, by=by)
    return sink.getvalue().decode("utf-8-sig")


@pytest.mark.parametrize(("language", "heading"), [("en", "Reason"), ("zh-hans", "原因")])
def test_corrected_rows_go_back_in_with_the_column_of_reasons_and_become_the_missing_order(
    imported: Importer, as_lin: Actor, language: str, heading: str
) -> None:
    orders = (CSV / ORDERS_2017).read_bytes().decode("gb18030").replace(SOUND, SPOILT, 1)
    items = (CSV / ITEMS_2017).read_bytes().decode("gb18030")
    with translation.override(language):
        first = imported(files=[_file("orders.csv", orders), _file("items.csv", items)])
        missing = Order.objects.count()
        rows = _failed(first, "orders.csv", as_lin)
        lines = _failed(first, "items.csv", as_lin)

        second = imported(
            files=[
                _file("again.csv", rows.replace("6x6.00", "66.00"), "utf-8-sig"),
                _file("lines.csv", lines, "utf-8-sig"),
            ]
        )

    assert missing == 12
    assert rows.startswith((heading, f'"{heading}"'))
    assert (rows.count(NUMBER), len(rows.splitlines())) == (1, 2)
    assert batch_summary(second).refused_rows == 0
    order = Order.objects.get(number=NUMBER)
    assert (str(order.paid_amount), order.lines.get().outer_code) == ("66.00", "QH-BOX-S")
    assert ShippingOrder.objects.filter(lead_order=order).count() == 1
    assert (Order.objects.count(), OrderLine.objects.count()) == (13, 17)


def test_rows_that_were_not_corrected_are_refused_again_and_nothing_changes(imported: Importer, as_lin: Actor) -> None:
    orders = (CSV / ORDERS_2017).read_bytes().decode("gb18030").replace(SOUND, SPOILT, 1)
    first = imported(files=[_file("orders.csv", orders)])

    second = imported(files=[_file("again.csv", _failed(first, "orders.csv", as_lin), "utf-8-sig")])

    assert batch_summary(second).refused_rows == 1
    assert Order.objects.count() == 12
