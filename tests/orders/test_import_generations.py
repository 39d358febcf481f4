"""One store's files of three generations, one after the other: one truth, told once."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Sum

from apps.orders.actions import receive_files
from apps.orders.actions.receive import SameFile
from apps.orders.models import ImportBatch, Order, OrderLine, ShippingOrder
from apps.org.actors import Actor
from apps.org.models import Store
from tests.orders.conftest import CSV, ITEMS_2017, ITEMS_2022, ITEMS_2026, ORDERS_2017, ORDERS_2022, ORDERS_2026

pytestmark = pytest.mark.django_db
Importer = Callable[..., ImportBatch]
SIX = [ORDERS_2017, ITEMS_2017, ORDERS_2022, ITEMS_2022, ORDERS_2026, ITEMS_2026]


def _truth() -> tuple[int, Decimal, int, int]:
    paid = Order.objects.aggregate(paid=Sum("paid_amount"))["paid"]
    return Order.objects.count(), paid, OrderLine.objects.count(), ShippingOrder.objects.count()


def _states() -> dict[str, str]:
    return dict(Order.objects.values_list("number", "state"))


def test_three_generations_one_after_the_other_leave_thirteen_orders_and_seventeen_lines(imported: Importer) -> None:
    imported(ORDERS_2017, ITEMS_2017)
    states = _states()
    assert _truth() == (13, Decimal("2432.70"), 17, 3)

    second = imported(ORDERS_2022, ITEMS_2022)
    third = imported(ORDERS_2026, ITEMS_2026)

    assert _truth() == (13, Decimal("2432.70"), 17, 3)
    assert _states() == states
    assert "new" not in second.counts["orders"]
    assert "new" not in third.counts["orders"]


def test_the_newest_generation_first_leaves_the_same(imported: Importer) -> None:
    imported(ORDERS_2026, ITEMS_2026)
    assert _truth() == (13, Decimal("2432.70"), 17, 3)

    imported(ORDERS_2022, ITEMS_2022)
    imported(ORDERS_2017, ITEMS_2017)

    assert _truth() == (13, Decimal("2432.70"), 17, 3)


def test_a_later_generation_adds_what_the_earlier_did_not_say(imported: Importer) -> None:
    imported(ORDERS_2017, ITEMS_2017)
    assert Order.objects.get(number="4001260901000010015").received_amount is None

    imported(ORDERS_2026)

    order = Order.objects.get(number="4001260901000010015")
    assert order.received_amount == Decimal("128.00")
    assert order.seller_memo == ""
    assert order.receiver_masked == "样**"


@pytest.mark.parametrize("sample", SIX)
def test_the_same_file_is_refused_under_any_name_and_changes_nothing(
    sample: str, imported: Importer, upload: Callable[..., SimpleUploadedFile], qinghe: Store, as_lin: Actor
) -> None:
    imported(ORDERS_2026, ITEMS_2026)
    if sample not in (ORDERS_2026, ITEMS_2026):
        imported(sample)
    truth, batches = _truth(), ImportBatch.objects.count()

    for name in (sample, f"副本 of {sample.rpartition('/')[2]}"):
        with pytest.raises(SameFile) as refused:
            receive_files(qinghe.pk, [upload(name, (CSV / sample).read_bytes())], by=as_lin)

        assert refused.value.code == "same_file"
        assert refused.value.data["file"] == sample.rpartition("/")[2]
    assert (_truth(), ImportBatch.objects.count()) == (truth, batches)


def test_the_same_contents_saved_again_change_nothing(
    imported: Importer, upload: Callable[..., SimpleUploadedFile]
) -> None:
    imported(ORDERS_2017, ITEMS_2017)
    truth = _truth()
    again = [upload(name, (CSV / name).read_bytes() + b"\r\n") for name in (ORDERS_2017, ITEMS_2017)]

    batch = imported(files=again)

    assert batch.counts["orders"] == {"same": 13, "duplicate": 1}
    assert batch.counts["imported"] == {"same": 13, "opened": 0, "reasons": 0}
    assert _truth() == truth


def test_an_item_file_alone_adds_lines_to_known_orders(imported: Importer) -> None:
    imported(ORDERS_2017)
    assert _truth() == (13, Decimal("2432.70"), 0, 0)

    imported(ITEMS_2026)

    assert _truth() == (13, Decimal("2432.70"), 17, 3)


def test_an_item_file_without_any_order_changes_nothing_and_says_so(imported: Importer) -> None:
    batch = imported(ITEMS_2017)

    assert _truth() == (0, None, 0, 0)
    assert batch.counts["lines"] == {"refused": 17}
    assert set(batch.check_job.findings.values_list("code", flat=True)) == {"order_not_known"}


def test_two_generations_of_item_files_in_one_upload_do_not_double_the_lines(imported: Importer) -> None:
    imported(ORDERS_2017, ITEMS_2017, ITEMS_2026)

    assert _truth() == (13, Decimal("2432.70"), 17, 3)
