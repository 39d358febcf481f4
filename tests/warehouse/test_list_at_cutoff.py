"""The daily pick list comes by itself at the warehouse's cut-off, once, and its lead hears of it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import transaction

from apps.audit.context import signed
from apps.core.errors import Invalid
from apps.core.models import CalendarException
from apps.documents.models import Document
from apps.notices.models import Notice
from apps.orders.models import ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, User, Warehouse, WarehouseGrant
from apps.parameters.models import ParameterValue
from apps.warehouse import documents
from apps.warehouse.actions import issue_daily_pick_list
from apps.warehouse.models import CutOff
from apps.warehouse.tasks import issue_daily_lists

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Make = Callable[..., Any]
At = Callable[..., dt.datetime]
THE_DAY = (2026, 11, 20)


@pytest.fixture
def waiting(reserved: Make, at: At) -> list[ShippingOrder]:
    """Two orders that were confirmed in the morning of the day."""
    orders: list[ShippingOrder] = reserved(2)
    _confirmed(orders, at(*THE_DAY, 9))
    return orders


def _confirmed(orders: list[ShippingOrder], when: dt.datetime) -> None:
    with transaction.atomic(), signed("core.seed", by=SYSTEM):
        ShippingOrder.objects.filter(pk__in=[order.pk for order in orders]).update(confirmed_at=when)


def _the_clock_strikes(when: dt.datetime) -> list[Document]:
    """Let the beat come by, and give all daily lists there are then."""
    with time_machine.travel(when, tick=False):
        issue_daily_lists()
    return list(Document.objects.filter(kind="daily_pick_list").order_by("pk"))


@pytest.mark.rule("WHS-01", "WHS-03", "WHS-17")
@pytest.mark.usefixtures("waiting")
def test_at_the_cut_off_the_list_is_issued_once_and_the_lead_is_told_where_it_is(
    warehouse: Warehouse, vera: User, noor: User, at: At
) -> None:
    before = _the_clock_strikes(at(*THE_DAY, 13, 59))
    _the_clock_strikes(at(*THE_DAY, 14))
    _the_clock_strikes(at(*THE_DAY, 14, 1))

    (paper,) = _the_clock_strikes(at(*THE_DAY, 23, 59))

    assert before == []
    assert (paper.warehouse, f"{paper.day}", paper.context["orders"]) == (warehouse, "2026-11-20", 2)
    assert (paper.issued_by_id, paper.issued_by_name) == (None, "opsdesk")
    notice = Notice.objects.get()
    assert (notice.user, notice.url) == (vera, f"/desk/papers/{paper.pk}/")
    assert notice.text["en"] == f"The daily pick list {paper.number} of 东仓 is there: 2 orders go out today."
    assert not Notice.objects.filter(user=noor).exists()


@pytest.mark.usefixtures("vera")
def test_the_list_of_a_single_order_is_told_in_the_singular(reserved: Make, at: At) -> None:
    _confirmed(reserved(1), at(*THE_DAY, 9))

    _the_clock_strikes(at(*THE_DAY, 14))

    assert Notice.objects.get().text["en"].endswith(" of 东仓 is there: 1 order goes out today.")


@pytest.mark.usefixtures("vera")
def test_the_next_day_gets_its_own_list(waiting: list[ShippingOrder], at: At) -> None:
    _the_clock_strikes(at(*THE_DAY, 14))

    papers = _the_clock_strikes(at(2026, 11, 21, 14))

    assert [f"{paper.day}" for paper in papers] == ["2026-11-20", "2026-11-21"]
    assert Notice.objects.count() == 2
    assert papers[1].context["orders"] == len(waiting)


def test_a_list_by_hand_before_the_cut_off_that_says_less_does_not_stand_in_for_it_and_one_after_it_does(
    waiting: list[ShippingOrder], reserved: Make, warehouse: Warehouse, as_vera: Actor, *, at: At
) -> None:
    with time_machine.travel(at(*THE_DAY, 11), tick=False):
        early = issue_daily_pick_list(warehouse.pk, dt.date(*THE_DAY), by=as_vera)
    _confirmed(reserved(1), at(*THE_DAY, 12))
    at_cut_off = _the_clock_strikes(at(*THE_DAY, 14))
    with time_machine.travel(at(*THE_DAY, 15), tick=False):
        late = issue_daily_pick_list(warehouse.pk, dt.date(*THE_DAY), by=as_vera)

    assert len(waiting) == 2
    assert at_cut_off == [early, late]


@pytest.mark.parametrize(("hour", "minute"), [(11, 0), (14, 0)])
@pytest.mark.usefixtures("waiting")
def test_a_list_by_hand_that_says_the_same_is_the_day_s_list_and_the_lead_is_told_of_it(
    warehouse: Warehouse, vera: User, as_vera: Actor, *, hour: int, minute: int, at: At
) -> None:
    with time_machine.travel(at(*THE_DAY, hour, minute), tick=False):
        by_hand = issue_daily_pick_list(warehouse.pk, dt.date(*THE_DAY), by=as_vera)

    papers = _the_clock_strikes(at(*THE_DAY, 14, 1))

    assert papers == [by_hand]
    notice = Notice.objects.get()
    assert (notice.user, notice.url) == (vera, f"/desk/papers/{by_hand.pk}/")


def test_where_nobody_is_to_be_told_there_is_still_one_list(
    waiting: list[ShippingOrder], warehouse: Warehouse, reserved: Make, at: At
) -> None:
    _the_clock_strikes(at(*THE_DAY, 14))
    _confirmed(reserved(1), at(*THE_DAY, 12))

    (paper,) = _the_clock_strikes(at(*THE_DAY, 14, 1))

    assert (paper.warehouse, paper.context["orders"], len(waiting)) == (warehouse, 2, 2)
    assert not Notice.objects.exists()


@pytest.mark.usefixtures("waiting")
def test_a_warehouse_whose_list_fails_keeps_no_other_from_its_own(
    warehouse: Warehouse, fengdu: Store, wanting: Make, *, monkeypatch: pytest.MonkeyPatch, at: At
) -> None:
    _confirmed([wanting({"QH-000": 1}, store=fengdu)], at(*THE_DAY, 9))
    first, second = sorted([warehouse, fengdu.warehouse], key=lambda place: place.pk)
    frozen = documents.daily_pick_list

    def failing(place: Warehouse, day: dt.date) -> dict[str, Any]:
        if place == first:
            raise Invalid("a broken row")
        return frozen(place, day)

    monkeypatch.setattr(documents, "daily_pick_list", failing)

    with pytest.raises(Invalid, match="a broken row"):
        _the_clock_strikes(at(*THE_DAY, 14))

    assert [paper.warehouse for paper in Document.objects.filter(kind="daily_pick_list")] == [second]


@pytest.mark.usefixtures("waiting")
def test_each_warehouse_keeps_its_own_clock(
    warehouse: Warehouse, vera: User, fengdu: Store, person: Make, *, wanting: Make, at: At
) -> None:
    CutOff.objects.create(
        warehouse=warehouse, effective_from=dt.date(*THE_DAY), order_by=dt.time(16), fetch_by=dt.time(17),
        pack_by=dt.time(18), final_by=dt.time(19), reason="旺季",
    )  # fmt: skip
    _confirmed([wanting({"QH-000": 1}, store=fengdu)], at(*THE_DAY, 9))
    other_lead = person("ren", "warehouse_lead", stores=())
    WarehouseGrant.objects.create(user=other_lead, warehouse=fengdu.warehouse)

    at_two = [paper.warehouse for paper in _the_clock_strikes(at(*THE_DAY, 14))]
    at_four = [paper.warehouse for paper in _the_clock_strikes(at(*THE_DAY, 16))]

    assert at_two == [fengdu.warehouse]
    assert at_four == [fengdu.warehouse, warehouse]
    assert list(Notice.objects.order_by("pk").values_list("user", flat=True)) == [other_lead.pk, vera.pk]


@pytest.mark.usefixtures("vera", "warehouse")
def test_a_day_without_orders_brings_no_paper_and_no_notice(at: At) -> None:
    assert _the_clock_strikes(at(*THE_DAY, 14)) == []
    assert not Notice.objects.exists()


@pytest.mark.usefixtures("vera", "waiting")
def test_who_wants_no_list_by_itself_says_so_with_a_parameter(at: At) -> None:
    ParameterValue.objects.create(
        key="warehouse.list_at_cutoff", value="false", effective_from=dt.date(2026, 1, 1), reason="按波次拣货"
    )

    assert _the_clock_strikes(at(*THE_DAY, 14)) == []


@pytest.mark.rule("AMB-49")
@pytest.mark.usefixtures("waiting")
def test_on_a_rest_day_on_which_nothing_goes_out_there_is_no_list(warehouse: Warehouse, at: At) -> None:
    CutOff.objects.create(
        warehouse=warehouse, effective_from=dt.date(*THE_DAY), order_by=dt.time(14), fetch_by=dt.time(15),
        pack_by=dt.time(16), final_by=dt.time(18), rests=True, reason="周末休息",
    )  # fmt: skip
    CalendarException.objects.create(day=dt.date(*THE_DAY), is_working=False)

    assert _the_clock_strikes(at(*THE_DAY, 14)) == []


def test_the_clock_comes_by_every_minute() -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["daily-lists"]

    assert (entry["task"], entry["schedule"]) == (issue_daily_lists.name, 60.0)
