"""What the demo company has on its shelves agrees with what it has shipped and what is set aside."""

from collections.abc import Callable

import pytest
from django.db.models import Count, F, Sum

from apps.audit.queries import timeline_of
from apps.core.invariants import broken
from apps.desk.demo.load import Loaded
from apps.documents.models import Document
from apps.orders.models import ShippingOrder, ShippingOrderLine
from apps.orders.workflows.shipping_order import ShippingState
from apps.warehouse.actions.serve import serve_waiting
from apps.warehouse.models import Bin, PickLine, Reservation, Shipment, StockBalance, StockDocument, StockMove, Wave
from apps.warehouse.workflows.wave import UNDER_WAY
from tests.demo.conftest import NOW

IN_HAND = [ShippingState.RESERVED, ShippingState.PICKING, ShippingState.PACKED]


def test_every_promise_about_stock_holds(company: Loaded) -> None:
    assert [found.invariant.id for found in broken() if found.invariant.id.startswith("warehouse.")] == []


def test_shipped_orders_have_left_the_shelves(company: Loaded) -> None:
    shipped = ShippingOrderLine.objects.filter(shipping_order__state=ShippingState.SHIPPED)
    left = StockMove.objects.filter(kind=StockMove.Kind.SHIPMENT)

    pieces = shipped.aggregate(total=Sum("quantity"))["total"]
    assert pieces > 20
    assert left.aggregate(total=Sum("quantity"))["total"] == -pieces
    assert not left.filter(moved_at__isnull=True).exists()


def test_orders_in_hand_have_their_goods_set_aside(company: Loaded) -> None:
    lines = ShippingOrderLine.objects.filter(shipping_order__state__in=IN_HAND)
    open_ones = Reservation.objects.filter(closed_at__isnull=True)

    assert lines.count() == open_ones.count() > 0
    assert not Reservation.objects.filter(closed_at__lt=F("reserved_at")).exists()


def test_each_sku_has_a_home_and_most_have_plenty(company: Loaded) -> None:
    balances = StockBalance.objects.all()

    assert set(Bin.objects.filter(kind="pick").values_list("zone", flat=True)) == {"A", "B", "C", "D"}
    assert Bin.objects.filter(kind="defects").values("warehouse").distinct().count() == 2
    assert balances.filter(on_hand__gt=F("reserved")).count() > 0.8 * balances.count()


def test_the_opening_document_was_posted_by_the_lead_before_the_first_order(company: Loaded) -> None:
    first = ShippingOrder.objects.order_by("accepted_at").values_list("accepted_at", flat=True)[0]

    for document in StockDocument.objects.all():
        (posted,) = timeline_of(document)
        assert (posted.verb, posted.state_to) == ("warehouse.stockdocument.post", "posted")
        assert posted.actor_id == document.drafted_by_id
        assert document.posted_at < first


def test_orders_at_the_bench_are_in_waves_and_packed_ones_in_parcels(load: Callable[..., Loaded]) -> None:
    load(days=2, orders=400)
    packed = ShippingOrder.objects.filter(state=ShippingState.PACKED)

    assert set(Wave.objects.values_list("state", flat=True)) == {"planned", "picking", "picked", "closed"}
    assert Shipment.objects.filter(state="ready", carrier__isnull=False).count() == packed.count() > 0
    assert not PickLine.objects.filter(wave__state__in=["picked", "closed"], picked_at__isnull=True).exists()
    assert PickLine.objects.filter(wave__state="picking", picked_at__isnull=True).exists()
    assert not PickLine.objects.filter(wave__state="planned", picked_at__isnull=False).exists()


def test_a_walk_that_is_over_has_the_pieces_of_its_orders_and_none_of_them_is_left(load: Callable[..., Loaded]) -> None:
    load(days=2, orders=400)

    for wave in Wave.objects.filter(state="closed"):
        orders = wave.orders.all()
        wanted = ShippingOrderLine.objects.filter(shipping_order__in=orders.values("shipping_order"))
        assert wave.lines.aggregate(n=Sum("picked_quantity"))["n"] == wanted.aggregate(n=Sum("quantity"))["n"]
        assert not orders.filter(done_at__isnull=True).exists()
        assert wave.closed_at == max(order.done_at for order in orders)


@pytest.mark.parametrize("hour", [3, 9, 21])
def test_at_any_hour_there_is_work_for_every_stage_of_the_board(load: Callable[..., Loaded], hour: int) -> None:
    load(now=NOW.replace(hour=hour), days=3, orders=400)

    waves = Wave.objects.filter(state__in=UNDER_WAY)
    assert set(waves.values_list("state", flat=True)) == {"planned", "picking", "picked"}
    assert all(wave.planned_at < NOW.replace(hour=hour) for wave in waves)
    for state in IN_HAND:
        assert ShippingOrder.objects.filter(state=state).exists()
    papers = Document.objects.filter(kind__in=["pick_list", "daily_pick_list", "handover_sheet"]).order_by()
    counts = dict(papers.values_list("kind").annotate(n=Count("pk")))
    assert counts == {"pick_list": waves.count(), "daily_pick_list": 2, "handover_sheet": 6}


def test_what_waits_is_served_and_only_the_short_ones_go_on_waiting(company: Loaded) -> None:
    serve_waiting()

    waiting = ShippingOrder.objects.filter(state=ShippingState.CONFIRMED, reasons__isnull=True)
    assert waiting.count() <= 12
    assert [found.invariant.id for found in broken() if found.invariant.id.startswith("warehouse.")] == []
