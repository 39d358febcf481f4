"""Lists stay quick: statements do not grow with rows, counts stop, searches and days use what indexes hold."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from apps.core.calendar import SHANGHAI
from apps.jobs.models import Finding, Job
from apps.orders.models import Order, ShippingOrder
from apps.org.models import Store, User
from apps.org.records import lists, scoped
from tests.admin.conftest import page

Browse = Callable[[User], Browser]
Make = Callable[..., ShippingOrder]


def statements(browser: Browser, address: str) -> int:
    """How many statements a page asks of the database."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert browser.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", ["orders_shippingorder", "orders_order"])
def test_a_list_of_twice_the_rows_asks_the_same_statements(
    browse: Browse, lin: User, an_order: Make, name: str
) -> None:
    browser, address = browse(lin), page(f"{name}_changelist")
    [an_order() for _ in range(4)]
    browser.get(address)
    few = statements(browser, address)

    [an_order() for _ in range(4)]

    assert statements(browser, address) == few <= 12


def test_the_list_of_users_asks_the_same_statements_for_twice_the_users(
    browse: Browse, iris: User, person: Callable[..., User]
) -> None:
    browser, address = browse(iris), page("org_user_changelist")
    [person(f"first{number}", "planner") for number in range(4)]
    browser.get(address)
    few = statements(browser, address)

    [person(f"second{number}", "planner") for number in range(4)]

    assert statements(browser, address) == few <= 10


def test_a_page_with_twice_the_lines_asks_the_same_statements(browse: Browse, lin: User, an_order: Make) -> None:
    browser = browse(lin)
    short, long = an_order(lines=2), an_order(lines=6)
    for name, rows in (("orders_shippingorder", (short, long)), ("orders_order", (short.lead_order, long.lead_order))):
        browser.get(page(f"{name}_change", rows[0].pk))

        few, many = (statements(browser, page(f"{name}_change", row.pk)) for row in rows)

        assert few == many <= 18


def test_a_job_with_many_findings_shows_a_page_of_them(browse: Browse, iris: User, qinghe: Store, lin: User) -> None:
    job = Job.objects.create(kind="orders.check", store=qinghe, requested_by=lin, click="0" * 32)
    text = {"en": "The amount is no number.", "zh-hans": "金额不是数字。"}
    Finding.objects.bulk_create(
        [Finding(job=job, row=row, code="x", text=text, severity="refused") for row in range(120)]
    )

    shown = browse(iris).get(page("jobs_job_change", job.pk)).content.decode()

    assert shown.count("金额不是数字。") == 50


def test_a_count_stops_past_its_bound_and_says_so(
    browse: Browse, lin: User, an_order: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "COUNT_BOUND", 3)
    [an_order() for _ in range(6)]
    browser = browse(lin)
    browser.cookies["django_language"] = "en"

    answer = browser.get(page("orders_order_changelist"))

    assert answer.context["cl"].result_count == 4
    assert "More than 3 rows; narrow the list" in " ".join(answer.content.decode().split())


def test_no_statement_counts_the_whole_table(browse: Browse, lin: User, an_order: Make) -> None:
    an_order()
    browser = browse(lin)

    with CaptureQueriesContext(connection) as captured:
        browser.get(page("orders_order_changelist"))

    counts = [each["sql"] for each in captured if "COUNT(" in each["sql"]]
    assert counts
    assert all("LIMIT 5001" in sql for sql in counts)


@pytest.mark.parametrize("asked", ["2611219", "FH-T", "2611219000000001"])
def test_a_search_finds_numbers_by_their_beginning(browse: Browse, lin: User, an_order: Make, asked: str) -> None:
    wanted = an_order(number="2611219000000001")

    found = browse(lin).get(page("orders_shippingorder_changelist", q=asked)).context["cl"].result_list

    assert list(found) == [wanted]


@pytest.mark.parametrize("asked", ["9000000001", "%", "2611219000000001x"])
def test_a_search_does_not_look_into_the_middle(browse: Browse, lin: User, an_order: Make, asked: str) -> None:
    an_order(number="2611219000000001")

    found = browse(lin).get(page("orders_shippingorder_changelist", q=asked)).context["cl"].result_list

    assert list(found) == []


def test_a_search_by_waybill_asks_as_its_partial_index_does(browse: Browse, lin: User, an_order: Make) -> None:
    order = an_order()
    ShippingOrder.objects.filter(pk=order.pk).update(waybill_number="YT700")
    browser = browse(lin)

    with CaptureQueriesContext(connection) as captured:
        found = browser.get(page("orders_shippingorder_changelist", q="YT7")).context["cl"].result_list

    asked = [each["sql"] for each in captured if "LIKE 'YT7%'" in each["sql"]]
    assert list(found) == [order]
    assert asked
    assert all("\"waybill_number\" = '')" in sql for sql in asked)


def test_each_arm_of_a_search_stops_and_keeps_the_newest(
    browse: Browse, lin: User, an_order: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoped, "SEARCH_BOUND", 2)
    orders = [an_order(number=f"26112190000{number}") for number in range(4)]

    found = browse(lin).get(page("orders_order_changelist", q="261121900")).context["cl"].result_list

    assert {order.pk for order in found} == {order.lead_order_id for order in orders[2:]}


@pytest.mark.parametrize(
    ("start", "end", "wanted"),
    [
        ("2026-11-20", "2026-11-20", {"B", "C"}),
        ("2026-11-20", "", {"B", "C", "D"}),
        ("", "2026-11-19", {"A"}),
        ("nonsense", "9999-12-31", {"A", "B", "C", "D"}),
    ],
)
def test_days_are_shanghais_and_both_are_included(
    *, browse: Browse, lin: User, an_order: Make, start: str, end: str, wanted: set[str]
) -> None:
    instants = {"A": (19, 23, 59), "B": (20, 0, 0), "C": (20, 23, 59), "D": (21, 0, 0)}
    for number, (day, hour, minute) in instants.items():
        placed_at = dt.datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)
        with time_machine.travel(placed_at + dt.timedelta(hours=1), tick=False):
            assert an_order(number=number).placed_at == placed_at
    query = {"placed_at__from": start, "placed_at__until": end}

    found = browse(lin).get(page("orders_order_changelist", **query)).context["cl"].result_list

    assert {order.number for order in found} == wanted


def test_days_are_compared_by_instants(browse: Browse, lin: User, an_order: Make) -> None:
    an_order()
    browser = browse(lin)

    with CaptureQueriesContext(connection) as captured:
        browser.get(page("orders_order_changelist", placed_at__from="2026-11-20"))

    asked = [each["sql"] for each in captured if "orders_order" in each["sql"]]
    assert any('"placed_at" >= ' in sql for sql in asked)
    assert not any("AT TIME ZONE" in sql or "::date" in sql for sql in asked)


def test_filters_keep_each_other(browse: Browse, lin: User, an_order: Make) -> None:
    an_order(number="kept", platform_state="done")
    an_order(number="other")

    answer = browse(lin).get(page("orders_order_changelist", state__exact="done", placed_at__from="2020-01-01"))

    assert [order.number for order in answer.context["cl"].result_list] == ["kept"]
    assert 'name="state__exact" value="done"' in answer.content.decode()


def test_only_columns_with_an_index_can_be_sorted_by(browse: Browse, lin: User, an_order: Make) -> None:
    an_order()

    columns = browse(lin).get(page("orders_order_changelist")).context["cl"]

    assert list(columns.sortable_by) == ["placed_at"]
    assert Order.objects.count() == 1
