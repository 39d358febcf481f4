"""The sample files of the store Qinghe, from upload to shipping orders."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db.models import Count, Sum

from apps.orders.models import ImportBatch, Order, OrderLine, ShippingOrder
from tests.orders.conftest import ITEMS_2017, ORDERS_2017

pytestmark = pytest.mark.django_db(transaction=True)
Importer = Callable[..., ImportBatch]


def _states() -> dict[str, int]:
    return dict(Order.objects.values_list("state").annotate(n=Count("pk")).order_by())


def test_a_check_says_what_would_happen_and_changes_nothing(checked: Importer) -> None:
    batch = checked(ORDERS_2017, ITEMS_2017)

    assert batch.state == "checked", batch.check_job.refusal
    assert batch.counts["orders"] == {"new": 13, "duplicate": 1}
    assert batch.counts["lines"] == {"ready": 17}
    assert Order.objects.count() == 0


@pytest.mark.rule("ORD-08")
def test_the_samples_become_thirteen_orders_with_their_states_and_sums(imported: Importer) -> None:
    batch = imported(ORDERS_2017, ITEMS_2017)

    assert batch.state == "imported", batch.import_job.refusal
    assert _states() == {
        "done": 4, "shipped": 2, "part_shipped": 1, "wait_ship": 2, "wait_pay": 1, "closed_unpaid": 1, "closed_refund": 2,
    }  # fmt: skip
    assert Order.objects.aggregate(paid=Sum("paid_amount"))["paid"] == Decimal("2432.70")
    assert OrderLine.objects.count() == 17
    assert ShippingOrder.objects.count() == 3
    assert batch.counts["imported"]["new"] == 13
