"""The warehouse's papers and the clock of its day: what is frozen, and what a person reads."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from apps.audit.context import signed
from apps.core.calendar import today
from apps.core.errors import Invalid, NotAllowed
from apps.documents.paper import as_html
from apps.orders.actions import clear_reason, hold_shipping_order
from apps.orders.models import ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Warehouse
from apps.stores.models import Sku
from apps.warehouse.actions import issue_daily_pick_list, issue_pick_list, plan_wave, set_cutoffs
from apps.warehouse.models import CutOff
from apps.warehouse.queries.cutoffs import cutoffs_of
from apps.warehouse.queries.waves import orders_of_day
from apps.warehouse.rules.cutoffs import CutOffs

pytestmark = pytest.mark.django_db
Orders = Callable[..., list[ShippingOrder]]
At = Callable[..., dt.datetime]


@pytest.mark.rule("WHS-18", "WHS-24")
def test_the_pick_list_shows_the_walk_and_what_each_parcel_asks_for(
    reserved: Orders, warehouse: Warehouse, as_vera: Actor
) -> None:
    (order,) = reserved(1, buyer_message="要红色 <b>谢谢</b>", seller_memo="送杯刷", flag="red")
    Sku.objects.filter(code="QH-000").update(properties="颜色:红;尺码:M")
    wave = plan_wave(warehouse.pk, by=as_vera)

    paper = issue_pick_list(wave.pk, by=as_vera)

    (stop,) = paper.context["stops"]
    assert (stop["bin"], stop["sku"], stop["colour"], stop["size"], stop["slots"]) == (
        "A-01-01",
        "QH-000",
        "红",
        "M",
        "1×1",
    )
    (asked,) = paper.context["orders"]
    assert (asked["number"], asked["messages"], asked["memos"], asked["flags"]) == (
        order.number, ["要红色 <b>谢谢</b>"], ["送杯刷"], ["red"],
    )  # fmt: skip
    page = as_html(paper)
    assert "送杯刷" in page
    assert "<b>谢谢</b>" not in page


@pytest.mark.rule("WHS-03", "WHS-17")
def test_the_daily_list_groups_what_was_confirmed_before_the_cut_off(
    reserved: Orders, warehouse: Warehouse, as_vera: Actor, at: At
) -> None:
    early, late = reserved(2, lines=2)
    with transaction.atomic(), signed("core.seed", by=SYSTEM):
        ShippingOrder.objects.filter(pk=early.pk).update(confirmed_at=at(2026, 11, 20, 13, 59))
        ShippingOrder.objects.filter(pk=late.pk).update(confirmed_at=at(2026, 11, 20, 14))

    paper = issue_daily_pick_list(warehouse.pk, dt.date(2026, 11, 20), by=as_vera)

    *skus, total = paper.context["lines"]
    assert (paper.context["orders"], paper.context["pieces"], total) == (1, 2, {"total_of": "QH", "pieces": 2})
    assert [(line["sku"], line["pieces"]) for line in skus] == [("QH-000", 1), ("QH-001", 1)]
    assert paper.context["confirmed_before"] == "14:00"
    assert issue_daily_pick_list(warehouse.pk, dt.date(2026, 11, 21), by=as_vera).context["pieces"] == 4
    assert "QH" in as_html(paper)


@pytest.mark.parametrize("state", ["packed", "shipped", "cancelled"])
def test_what_is_packed_gone_or_called_off_does_not_stand_on_the_daily_list(
    an_order: Callable[..., ShippingOrder], warehouse: Warehouse, at: At, state: str
) -> None:
    waiting, over = an_order(state="confirmed"), an_order(state=state)
    _confirmed([waiting, over], at(2026, 11, 20, 9))

    assert list(orders_of_day(warehouse.pk, dt.date(2026, 11, 20))) == [waiting]


def test_the_daily_list_says_how_many_of_its_orders_have_no_goods_yet(
    an_order: Callable[..., ShippingOrder], reserved: Orders, warehouse: Warehouse, at: At, as_vera: Actor
) -> None:
    day = dt.date(2026, 11, 20)
    _confirmed(reserved(1), at(2026, 11, 20, 9))
    served = issue_daily_pick_list(warehouse.pk, day, by=as_vera)
    _confirmed([an_order(state="confirmed")], at(2026, 11, 20, 10))

    short = issue_daily_pick_list(warehouse.pk, day, by=as_vera)

    assert (served.context["waiting_orders"], short.context["waiting_orders"]) == (0, 1)
    assert ("待到货" in as_html(served), "待到货" in as_html(short)) == (False, True)


def test_what_somebody_has_stopped_does_not_stand_on_the_daily_list_until_it_goes_on(
    an_order: Callable[..., ShippingOrder], warehouse: Warehouse, at: At
) -> None:
    waiting, held = an_order(state="confirmed"), an_order(state="confirmed")
    _confirmed([waiting, held], at(2026, 11, 20, 9))
    day = orders_of_day(warehouse.pk, dt.date(2026, 11, 20)).order_by("pk")

    hold_shipping_order(held.pk, note="等客户确认", by=SYSTEM)
    assert list(day.all()) == [waiting]

    clear_reason(held.reasons.get().pk, note="已确认", by=SYSTEM)
    assert list(day.all()) == [waiting, held]


def test_order_clerks_issue_no_pick_lists(warehouse: Warehouse, as_lin: Actor) -> None:
    with pytest.raises(NotAllowed):
        issue_daily_pick_list(warehouse.pk, today(), by=as_lin)


@pytest.mark.rule("AMB-47")
def test_a_warehouse_keeps_its_own_times_from_a_day_on_and_the_companys_before(
    warehouse: Warehouse, as_vera: Actor
) -> None:
    later = CutOffs(dt.time(16), dt.time(17), dt.time(18), dt.time(19))

    set_cutoffs(warehouse.pk, later, effective_from=today() + dt.timedelta(days=1), reason="旺季", by=as_vera)

    assert cutoffs_of(warehouse.pk, today()) == CutOffs()
    assert cutoffs_of(warehouse.pk, today() + dt.timedelta(days=1)) == later


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reason": " "}, "reason_missing"),
        ({"effective_from": dt.date(2026, 1, 1)}, "in_the_past"),
        ({"cutoffs": CutOffs(order_by=dt.time(17))}, "times_in_disorder"),
    ],
)
def test_times_that_cannot_hold_are_refused(
    warehouse: Warehouse, as_vera: Actor, change: dict[str, Any], code: str
) -> None:
    asked = {"cutoffs": CutOffs(), "effective_from": today(), "reason": "旺季", **change}

    with pytest.raises(Invalid) as refused:
        set_cutoffs(warehouse.pk, asked.pop("cutoffs"), by=as_vera, **asked)

    assert (refused.value.code, CutOff.objects.count()) == (code, 0)


def _confirmed(orders: list[ShippingOrder], when: dt.datetime) -> None:
    with transaction.atomic(), signed("core.seed", by=SYSTEM):
        ShippingOrder.objects.filter(pk__in=[order.pk for order in orders]).update(confirmed_at=when)
