"""A month is opened for everybody who has a sheet; events fill the items that they know about."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.db import transaction

from apps.audit.context import signed
from apps.core.calendar import SHANGHAI
from apps.core.errors import Invalid, NotAllowed
from apps.orders.models import ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Absence, Employee, User, Warehouse
from apps.staff.actions import close_sheet, finish_sheet, keep_months, note_attendance, open_month
from apps.staff.actions.feed import feed_events
from apps.staff.models import ItemScore, ScoreSheet
from apps.staff.queries.events import contacted_in_time, leave_days, shipped_in_time
from apps.staff.queries.people import without_template
from apps.warehouse.models import Carrier, Handover, Shipment
from tests.performance.counting import statements_of
from tests.staff.builders import MONTH

Make = Callable[..., Any]
D = Decimal


def on(day: int, *time: int, month: int = 10) -> dt.datetime:
    """An instant of October 2026 in Shanghai."""
    return dt.datetime(2026, month, day, *time, tzinfo=SHANGHAI)


@pytest.fixture
def parcels(an_order: Make, warehouse: Warehouse) -> Make:
    """Parcels that somebody packed: confirmed and handed over at these instants."""
    carrier = Carrier.objects.create(code="YTO", name="圆通")
    running = iter(range(1, 10_000))

    def make(by: User, *pairs: tuple[dt.datetime, dt.datetime]) -> None:
        with transaction.atomic(), signed("core.seed", by=SYSTEM):
            for confirmed_at, dispatched_at in pairs:
                nth = next(running)
                order = an_order(state="shipped")
                ShippingOrder.objects.filter(pk=order.pk).update(confirmed_at=confirmed_at)
                handover = Handover.objects.create(number=f"HO-{nth}", warehouse=warehouse, carrier=carrier, parcels=1)
                Shipment.objects.create(
                    number=f"P-{nth}", shipping_order=order, warehouse=warehouse, store=order.store, state="dispatched",
                    carrier=carrier, waybill_number=f"YT{nth:06d}", handover=handover, checked_by=by,
                    dispatched_at=dispatched_at,
                )  # fmt: skip

    return make


@pytest.fixture
def contacts(an_order: Make) -> Make:
    """Buyers whom somebody contacted: minutes late (negative: in time)."""

    def make(by: User, *late: int, day: int = 12, month: int = 10) -> None:
        at = on(day, 10, month=month)
        for minutes in late:
            order = an_order()
            with transaction.atomic(), signed("core.seed", by=SYSTEM):
                ShippingOrder.objects.filter(pk=order.pk).update(
                    placed_at=at, contact_by_at=at, contacted_at=at + dt.timedelta(minutes=minutes), contacted_by=by
                )

    return make


@pytest.mark.rule("STF-71")
def test_everybody_with_a_sheet_gets_one_and_who_has_none_is_named(
    noor: User, lin: User, hana: User, on_staff: Make, printed: Make
) -> None:
    packer, agent = on_staff(noor, "发货专员"), on_staff(lin, "客服专员")
    driver = on_staff(None, "配送员")
    on_staff(None, "发货专员", name="早退", left_on=dt.date(2026, 9, 30))
    on_staff(None, "发货专员", name="新人", joined_on=dt.date(2026, 11, 1))
    printed("发货专员", "shipping")
    printed("客服专员", "service")

    opened = open_month(dt.date(2026, 10, 9), by=Actor.of(hana))

    assert opened.opened == 2
    assert opened.without == [driver]
    assert list(without_template(MONTH)) == [driver]
    assert set(ScoreSheet.objects.values_list("employee", "month", "state")) == {
        (packer.pk, MONTH, "open"), (agent.pk, MONTH, "open"),
    }  # fmt: skip


def test_opening_a_month_again_adds_whoever_came_since(noor: User, lin: User, on_staff: Make, printed: Make) -> None:
    printed("发货专员", "shipping")
    on_staff(noor, "发货专员")
    open_month(MONTH, by=SYSTEM)
    before = ScoreSheet.objects.get()
    late = on_staff(lin, "发货专员")

    opened = open_month(MONTH, by=SYSTEM)

    assert (opened.opened, opened.without) == (1, [])
    assert list(ScoreSheet.objects.order_by("pk").values_list("pk", "employee")) == [
        (before.pk, before.employee_id), (ScoreSheet.objects.get(employee=late).pk, late.pk),
    ]  # fmt: skip


def test_a_month_that_has_not_begun_or_a_person_without_the_right_opens_nothing(
    noor: User, leo: User, on_staff: Make, printed: Make
) -> None:
    printed("发货专员", "shipping")
    on_staff(noor, "发货专员")

    with pytest.raises(Invalid):
        open_month(dt.date(2099, 1, 1), by=SYSTEM)
    with pytest.raises(NotAllowed):
        open_month(MONTH, by=Actor.of(leo))

    assert not ScoreSheet.objects.exists()


@pytest.mark.rule("STF-77", "WHS-01", "WHS-14")
def test_a_parcel_is_in_time_when_it_left_before_the_last_cut_off_of_its_day(
    noor: User, lin: User, parcels: Make
) -> None:
    parcels(
        noor,
        (on(12, 13, 59), on(12, 17, 59)),  # confirmed before 14:00: today before 18:00
        (on(12, 13, 59), on(12, 18, 0)),  # one minute too late
        (on(12, 14, 0), on(13, 17, 0)),  # confirmed at 14:00: tomorrow
        (on(12, 14, 0), on(13, 18, 30)),
        (on(30, 15, month=9), on(1, 9)),  # confirmed in September, due and gone in October
    )
    parcels(lin, (on(12, 9), on(1, 10, month=11)))  # gone in November

    counted = shipped_in_time(MONTH, [noor.pk, lin.pk])

    assert {user: (one.done, one.of, one.score) for user, one in counted.items()} == {noor.pk: (3, 5, D("60.00"))}


@pytest.mark.rule("ORD-02", "STF-86")
def test_a_buyer_is_contacted_in_time_before_the_clock_runs_out(lin: User, mara: User, contacts: Make) -> None:
    contacts(lin, -5, 0, 1)
    contacts(mara, 3, day=1, month=11)

    counted = contacted_in_time(MONTH, [lin.pk, mara.pk])

    assert {user: (one.done, one.of) for user, one in counted.items()} == {lin.pk: (2, 3)}


def test_days_of_leave_are_the_working_days_of_the_month(noor: User, on_staff: Make) -> None:
    packer = on_staff(noor, "发货专员")
    # Wednesday 28 October to Tuesday 3 November: three working days of October, a weekend, two of November.
    Absence.objects.create(employee=packer, days=(dt.date(2026, 10, 28), dt.date(2026, 11, 4)))

    assert leave_days(MONTH, [packer.pk]) == {packer.pk: 3}
    assert leave_days(dt.date(2026, 11, 1), [packer.pk]) == {packer.pk: 2}


@pytest.mark.rule("STF-68", "STF-77")
def test_events_score_the_items_that_they_know_about(noor: User, a_sheet: Make, parcels: Make) -> None:
    parcels(noor, (on(12, 9), on(12, 17)), (on(12, 9), on(12, 19)))
    sheet = a_sheet()

    rows = sheet.scores.order_by("item__place").values_list("item__source", "part", "score", "facts")

    assert list(rows) == [
        ("shipped_in_time", "event", D("50.00"), {"done": 1, "of": 2}), ("attendance", "event", D("100.00"), {"leave": 0}),
    ]  # fmt: skip


def test_an_item_without_any_event_waits_for_the_committee(a_sheet: Make) -> None:
    assert list(a_sheet().scores.values_list("item__source", flat=True)) == ["attendance"]


def test_open_sheets_follow_the_events_and_closed_ones_do_not(
    noor: User, hana: User, a_sheet: Make, parcels: Make, fully: Make
) -> None:
    sheet = a_sheet()
    parcels(noor, (on(12, 9), on(12, 17)))
    with transaction.atomic():
        first, again = feed_events(MONTH, by=SYSTEM), feed_events(MONTH, by=SYSTEM)
    fully(sheet)
    finish_sheet(sheet.pk, by=Actor.of(hana))
    parcels(noor, (on(13, 9), on(13, 19)))
    with transaction.atomic():
        after_scoring = feed_events(MONTH, by=SYSTEM)
    close_sheet(sheet.pk, by=Actor.of(hana))

    assert (first, again, after_scoring) == (1, 0, 0)
    assert sheet.scores.get(part="event", item__source="shipped_in_time").facts == {"done": 1, "of": 1}


@pytest.mark.rule("EX-49", "STF-68")
def test_attendance_joins_what_absences_say_and_what_people_noted(noor: User, leo: User, a_sheet: Make) -> None:
    sheet = a_sheet()
    Absence.objects.create(employee=sheet.employee, days=(dt.date(2026, 10, 12), dt.date(2026, 10, 14)))

    note_attendance(sheet.pk, {"unanswered": 1, "absent": 1}, by=Actor.of(leo))
    with transaction.atomic():
        feed_events(MONTH, by=SYSTEM)

    row = sheet.scores.get(item__source="attendance")
    assert (row.score, row.facts) == (D("50.00"), {"leave": 2, "unanswered": 1, "absent": 1})


@pytest.mark.parametrize("counts", [{"late": 1}, {"absent": -1}, {"absent": 100}])
def test_attendance_takes_only_counts_of_what_the_rule_names(leo: User, a_sheet: Make, counts: dict[str, int]) -> None:
    sheet = a_sheet()

    with pytest.raises(Invalid):
        note_attendance(sheet.pk, counts, by=Actor.of(leo))

    assert sheet.scores.get().facts == {"leave": 0}


def test_nobody_notes_their_own_attendance(noor: User, lin: User, a_sheet: Make) -> None:
    sheet = a_sheet()

    with pytest.raises(NotAllowed):
        note_attendance(sheet.pk, {"absent": 0}, by=Actor.of(noor))

    assert sheet.scores.get().facts == {"leave": 0}


def test_the_clock_opens_the_running_month_and_keeps_the_last_one(noor: User, a_sheet: Make, parcels: Make) -> None:
    october = a_sheet()
    parcels(noor, (on(12, 9), on(12, 17)))

    with time_machine.travel(on(3, 9, month=11)):
        keep_months()
        keep_months()

    assert list(ScoreSheet.objects.order_by("month").values_list("month", flat=True)) == [MONTH, dt.date(2026, 11, 1)]
    assert october.scores.filter(item__source="shipped_in_time").count() == 1


def test_a_run_that_breaks_off_leaves_nothing_and_the_next_one_makes_it_whole(
    noor: User, on_staff: Make, printed: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed("发货专员", "shipping")
    on_staff(noor, "发货专员")

    with monkeypatch.context() as broken_off, pytest.raises(ZeroDivisionError):
        broken_off.setattr(import_module("apps.staff.actions.open_month"), "feed_events", lambda *_, **__: 1 // 0)
        open_month(MONTH, by=SYSTEM)
    after_the_break = ScoreSheet.objects.count()
    open_month(MONTH, by=SYSTEM)

    assert after_the_break == 0
    assert (ScoreSheet.objects.count(), ItemScore.objects.count()) == (1, 1)


def test_opening_a_month_takes_the_same_statements_for_ten_people_and_twenty(
    person: Make, on_staff: Make, printed: Make
) -> None:
    printed("发货专员", "shipping")
    printed("客服专员", "service")

    def people(count: int, start: int) -> None:
        for nth in range(start, start + count):
            on_staff(person(f"p{nth}", "warehouse"), "发货专员" if nth % 2 else "客服专员")

    people(10, 0)
    few = statements_of(lambda: open_month(MONTH, by=SYSTEM))
    people(10, 10)
    many = statements_of(lambda: open_month(dt.date(2026, 9, 1), by=SYSTEM))

    assert len(few) == len(many)
    assert Employee.objects.count() == 20
    assert ItemScore.objects.filter(part="event").count() == 10 + 20
