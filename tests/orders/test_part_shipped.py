"""What the platform has partly shipped stops until somebody leaves out what went, and stays out in later files."""

from collections.abc import Callable

import pytest

from apps.core.errors import Invalid
from apps.orders.actions import amend_order, confirm_shipping_order
from apps.orders.actions.default_rules import install_default_rules
from apps.orders.models import ImportBatch, Reason, ShippingOrder
from apps.orders.rules.amendment import Amendment, LineWish
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store
from apps.workflow.move import IllegalMove
from tests.orders.test_import_douyin import HEADER, _row

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ORD-09", "ORD-10")]
NUMBER = "6920000000000000901"
Upload = Callable[..., ImportBatch]


@pytest.fixture
def told(imported: Upload, upload: Callable[..., object], store_on: Callable[[str], Store]) -> Callable[..., None]:
    """Import the order of two lines with these states: `told("已发货", "待发货")`."""
    install_default_rules(by=SYSTEM)
    store = store_on("douyin")

    def make(*states: str, **cells: str) -> None:
        rows = [_row(NUMBER, f"{NUMBER}{nth}", 订单状态=state, **cells) for nth, state in enumerate(states)]
        imported(files=[upload("抖店.csv", "\n".join([HEADER, *rows]).encode())], store=store)

    return make


def _open() -> list[str]:
    reasons = Reason.objects.filter(cleared_at__isnull=True, rule__isnull=False)
    return list(reasons.filter(rule__code="part_shipped").values_list("rule__code", flat=True))


def _keys() -> list[str]:
    return list(ShippingOrder.objects.get().lines.order_by("pk").values_list("order_line__line_key", flat=True))


def test_an_order_of_which_a_part_went_is_stopped_when_it_comes(told: Callable[..., None]) -> None:
    told("已发货", "待发货")

    assert _open() == ["part_shipped"]
    with pytest.raises(IllegalMove):
        confirm_shipping_order(ShippingOrder.objects.get().pk, by=SYSTEM)


def test_one_of_which_a_part_goes_while_it_waits_is_stopped_by_the_later_file(told: Callable[..., None]) -> None:
    told("待发货", "待发货")
    before = _open()

    told("已发货", "待发货")

    assert (before, _open()) == ([], ["part_shipped"])


def test_a_reason_that_somebody_cleared_does_not_come_back_with_the_next_file(told: Callable[..., None]) -> None:
    told("已发货", "待发货")
    Reason.objects.update(cleared_at="2026-11-01T00:00Z")

    told("已发货", "待发货", 旗帜颜色="红")

    assert _open() == []


def test_what_went_is_left_out_and_a_later_file_does_not_bring_it_back(
    told: Callable[..., None], as_lin: Actor
) -> None:
    told("已发货", "待发货")
    order = ShippingOrder.objects.get()
    gone = order.lines.order_by("pk")[0]

    changed = amend_order(order.pk, Amendment(lines={gone.pk: LineWish(0)}), reason="平台已发", by=as_lin)
    told("已发货", "待发货", 旗帜颜色="红")

    order.refresh_from_db()
    assert changed == ["quantity"]
    assert (order.quantity, _keys()) == (1, [f"{NUMBER}1"])


def test_a_line_that_is_new_in_a_later_file_still_joins(told: Callable[..., None], as_lin: Actor) -> None:
    told("已发货", "待发货")
    order = ShippingOrder.objects.get()
    gone = order.lines.order_by("pk")[0]
    amend_order(order.pk, Amendment(lines={gone.pk: LineWish(0)}), reason="平台已发", by=as_lin)

    told("已发货", "待发货", "待发货")

    assert _keys() == [f"{NUMBER}1", f"{NUMBER}2"]


def test_of_an_order_something_is_left_to_ship(told: Callable[..., None], as_lin: Actor) -> None:
    told("待发货", "待发货")
    order = ShippingOrder.objects.get()
    nothing = {line.pk: LineWish(0) for line in order.lines.all()}

    with pytest.raises(Invalid) as refused:
        amend_order(order.pk, Amendment(lines=nothing), reason="不要了", by=as_lin)

    assert refused.value.code == "nothing_left"
    assert len(_keys()) == 2
