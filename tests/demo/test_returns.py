"""What came back to the demo company: in every state, with money and stock that agree."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db.models import F, Q, Sum

from apps.aftersales.models import Refund, ReturnLine, ReturnOrder
from apps.audit.queries import timeline_of
from apps.core.invariants import broken
from apps.desk.demo.load import Loaded
from apps.orders.models import ShippingOrder
from apps.warehouse.models import StockBalance, StockMove
from tests.demo.conftest import NOW


@pytest.fixture
def weeks(load: Callable[..., Loaded]) -> Loaded:
    """A company old enough for parcels to have come back."""
    return load(days=14, orders=2_400)


def test_there_are_returns_and_refunds_in_every_state(weeks: Loaded) -> None:
    assert set(ReturnOrder.objects.values_list("state", flat=True)) == {"announced", "received", "inspected", "closed"}
    assert set(Refund.objects.values_list("state", flat=True)) == {"requested", "approved", "paid"}
    assert ReturnOrder.objects.filter(shipping_order__isnull=True, state="received").count() == 4
    assert Refund.objects.filter(return_order__isnull=True).exists()
    assert ReturnOrder.objects.filter(state="inspected", refunds__isnull=True).exists()
    assert [found.invariant.id for found in broken()] == []


@pytest.mark.rule("AFT-03")
def test_what_was_paid_back_is_what_the_platform_says(weeks: Loaded) -> None:
    settled = Refund.objects.filter(order__finished_at__isnull=False)

    assert settled.count() > 5
    assert not settled.exclude(state="paid").exists()
    assert not settled.exclude(amount=F("order__refund_amount")).exists()
    assert not Refund.objects.filter(approved_by=F("requested_by")).exists()


@pytest.mark.rule("AFT-04")
def test_good_pieces_are_on_the_shelf_again_and_bad_ones_with_the_defects(weeks: Loaded) -> None:
    counted = ReturnLine.objects.aggregate(good=Sum("good_quantity"), bad=Sum("bad_quantity"))
    moves = StockMove.objects.filter(kind=StockMove.Kind.RETURN).aggregate(
        good=Sum("quantity", filter=Q(bin__kind="pick")), bad=Sum("quantity", filter=Q(bin__kind="defects"))
    )

    assert moves == counted
    assert min(counted.values()) > 0
    assert StockBalance.objects.aggregate(n=Sum("defective"))["n"] == counted["bad"]


def test_a_return_tells_its_way_in_the_order_in_which_it_went(weeks: Loaded) -> None:
    for row in ReturnOrder.objects.filter(state="closed")[:5]:
        assert [change.verb.rpartition(".")[2] for change in timeline_of(row)] == ["close", "inspect", "receive"]
        refund = row.refunds.get()
        times = [
            row.shipping_order.shipped_at, row.announced_at, row.received_at, row.inspected_at, refund.requested_at,
            refund.approved_at, refund.paid_at, row.closed_at,
        ]  # fmt: skip
        assert times == sorted(times)
        assert times[-1] < NOW


def test_nothing_comes_back_before_the_buyer_had_it_a_day(weeks: Loaded) -> None:
    early = ReturnOrder.objects.filter(received_at__lt=F("shipping_order__shipped_at") + dt.timedelta(hours=12))

    assert not early.exists()
    assert set(ShippingOrder.objects.filter(returns__isnull=False).values_list("state", flat=True)) == {"shipped"}
