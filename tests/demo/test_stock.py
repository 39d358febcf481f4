"""What the demo company has on its shelves agrees with what it has shipped and what is set aside."""

from collections.abc import Callable

from django.db.models import F, Sum

from apps.audit.queries import timeline_of
from apps.core.invariants import broken
from apps.desk.demo.load import Loaded
from apps.orders.models import ShippingOrder, ShippingOrderLine
from apps.orders.workflows.shipping_order import ShippingState
from apps.warehouse.actions.serve import serve_waiting
from apps.warehouse.models import Bin, PickLine, Reservation, Shipment, StockBalance, StockDocument, StockMove, Wave

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

    assert set(Wave.objects.values_list("state", flat=True)) == {"picking", "picked"}
    assert Shipment.objects.filter(state="ready", carrier__isnull=False).count() == packed.count() > 0
    assert not PickLine.objects.filter(wave__state="picked", picked_at__isnull=True).exists()
    assert PickLine.objects.filter(wave__state="picking", picked_at__isnull=True).exists()


def test_what_waits_is_served_and_only_the_short_ones_go_on_waiting(company: Loaded) -> None:
    serve_waiting()

    waiting = ShippingOrder.objects.filter(state=ShippingState.CONFIRMED, reasons__isnull=True)
    assert waiting.count() <= 12
    assert [found.invariant.id for found in broken() if found.invariant.id.startswith("warehouse.")] == []
