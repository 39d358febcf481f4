"""A buyer asks for the money on the platform after the order came: the next file says so, and the parcel stops."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.orders.actions import clear_reason, confirm_shipping_orders
from apps.orders.models import AuditRule, ImportBatch, OrderLine, Reason, ShippingOrder
from apps.org.actors import SYSTEM
from apps.org.models import Store
from apps.stores.models import Sku
from tests.orders.conftest import CSV

NUMBER = "260903-100000000000303"
NOBODY_ASKS, UNDER_WAY, REPAID = "无售后或售后取消", "售后处理中", "退款成功"
Told = Callable[[int, str], ImportBatch]


@pytest.fixture
def told(imported: Callable[..., ImportBatch], store_on: Callable[[str], Store]) -> Told:
    """Import the file of a day in September, which says this about the refund: `told(11, UNDER_WAY)`."""
    store = store_on("pdd")
    rows = (CSV / "pdd/orders_export2026-09-10.csv").read_text("utf-8-sig").splitlines(keepends=True)

    def make(day: int, refund: str) -> ImportBatch:
        text = "".join(row.replace(NOBODY_ASKS, refund) if NUMBER in row else row for row in rows)
        file = SimpleUploadedFile(f"orders_export2026-09-{day}.csv", f"\ufeff{text}{chr(10) * day}".encode())
        return imported(files=[file], store=store)

    return make


@pytest.fixture
def order(told: Told, a_sku: Callable[..., Sku]) -> ShippingOrder:
    """Came with the first file, without a refund."""
    told(10, NOBODY_ASKS)
    found = ShippingOrder.objects.get(lead_order__number=NUMBER)
    found.lines.update(sku=a_sku("CUP-01"))
    return found


@pytest.fixture
def confirmed(order: ShippingOrder) -> ShippingOrder:
    """The warehouse has been given it."""
    assert confirm_shipping_orders([order.pk], by=SYSTEM).done == [order.pk]
    return order


def open_reasons(order: ShippingOrder) -> list[str]:
    return list(order.reasons.filter(cleared_at__isnull=True).values_list("code", flat=True))


@pytest.mark.rule("ORD-09")
@pytest.mark.parametrize("refund", [UNDER_WAY, REPAID])
def test_a_confirmed_order_of_which_a_refund_is_asked_for_later_is_stopped(
    told: Told, confirmed: ShippingOrder, refund: str
) -> None:
    batch = told(11, refund)

    assert open_reasons(confirmed) == [Reason.Code.REFUND]
    # The order's own row says what it said before.
    assert (batch.counts["imported"]["same"], batch.counts["imported"]["reasons"]) == (7, 1)


def test_the_same_news_does_not_stop_it_again_when_somebody_has_cleared_it_and_other_news_does(
    told: Told, confirmed: ShippingOrder
) -> None:
    told(11, UNDER_WAY)
    clear_reason(confirmed.reasons.get().pk, note="客户撤回了", by=SYSTEM)

    told(12, UNDER_WAY)
    quiet = open_reasons(confirmed)
    told(13, REPAID)

    assert (quiet, open_reasons(confirmed)) == ([], [Reason.Code.REFUND])


def test_an_order_that_nobody_confirmed_yet_is_asked_by_the_rules_again(told: Told, order: ShippingOrder) -> None:
    rule = AuditRule.objects.create(
        code="asked",
        name="退款中",
        effect="exception",
        conditions=[{"field": "refund_open", "op": "is", "value": True}],
    )
    before = open_reasons(order)

    told(11, UNDER_WAY)

    assert before == []
    assert list(order.reasons.values_list("code", "rule")) == [(Reason.Code.RULE, rule.pk)]


def test_an_older_file_does_not_say_over_again_how_it_was(told: Told) -> None:
    told(11, UNDER_WAY)

    told(10, NOBODY_ASKS)

    assert OrderLine.objects.get(order__number=NUMBER).refund_state == "wait_seller"
