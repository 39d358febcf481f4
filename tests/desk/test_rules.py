"""What the desk decides with pencil and paper."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from apps.core.calendar import SHANGHAI
from apps.desk.lists.query import read_query
from apps.desk.lists.shipping_orders import ORDER_DESK
from apps.desk.marks import badge, money, number, platform_mark, short
from apps.desk.rules.clocks import age, time_left
from apps.desk.rules.cursor import Cursor, read_cursor
from apps.desk.sparkline import sparkline

NOON = dt.datetime(2026, 11, 21, 12, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("minutes", "tone", "text"),
    [
        (1, "soon", "1 min left"),
        (59, "soon", "59 min left"),
        (5 * 60, "soon", "5 h left"),
        (6 * 60, "", "6 h left"),
        (47 * 60, "", "47 h left"),
        (3 * 1440, "", "3 d left"),
        (-7, "late", "7 min late"),
        (-120, "late", "2 h late"),
        (-5 * 1440, "late", "5 d late"),
    ],
)
def test_a_clock_says_what_is_left_or_late(minutes: int, tone: str, text: str) -> None:
    with translation.override("en"):
        left = time_left(NOON + dt.timedelta(minutes=minutes), NOON)

    assert (left.tone, left.text) == (tone, text)


def test_the_last_second_is_still_a_minute() -> None:
    with translation.override("en"):
        left = time_left(NOON + dt.timedelta(seconds=1), NOON)

    assert left.text == "1 min left"


def test_an_age_is_told_in_the_largest_fitting_unit() -> None:
    with translation.override("en"):
        told = [age(NOON - dt.timedelta(minutes=m), NOON) for m in (0, 5, 90, 3 * 1440)]

    assert told == ["just now", "5 min ago", "1 h ago", "3 d ago"]


@pytest.mark.parametrize(
    "cursor",
    [Cursor(NOON, 7), Cursor(Decimal("129.50"), 12), Cursor(None, 3)],
)
def test_a_cursor_reads_back_what_it_wrote(cursor: Cursor) -> None:
    assert read_cursor(str(cursor)) == cursor


@pytest.mark.parametrize(
    "text", ["", "7", "~", "~x", "abc~7", "NaN~7", "2026-11-21T12:00:00~7", "1e5~9999999999999999999", "9" * 50 + "~1"]
)
def test_a_bent_cursor_starts_the_list_anew(text: str) -> None:
    assert read_cursor(text) is None


def test_an_address_keeps_only_what_the_list_knows() -> None:
    bent = {
        "tab": ["nowhere"], "store": ["3", "4", "x"], "state": ["confirmed", "flying"], "reason": ["rule:5", "drop table"],
        "from": ["2026-11-01"], "to": ["yesterday"], "sort": ["-id"], "after": ["12.5~3"], "colour": ["red"],
    }  # fmt: skip

    query = read_query(ORDER_DESK, bent, stores=[3], default_tab="all")

    assert query.filters() == {
        "tab": ["all"], "store": ["3"], "state": ["confirmed"], "reason": ["rule:5"], "from": ["2026-11-01"],
    }  # fmt: skip
    assert query.after is None


def test_a_part_of_the_list_is_sorted_only_by_what_it_has_an_index_for() -> None:
    under_way = read_query(ORDER_DESK, {"tab": "held", "sort": "-ship_by_at"}, stores=[])
    over = read_query(ORDER_DESK, {"tab": "shipped", "sort": "-ship_by_at"}, stores=[])

    assert (under_way.sort, over.sort) == ("-ship_by_at", "-placed_at")


def test_taking_a_filter_away_keeps_the_others_and_goes_to_the_first_page() -> None:
    query = read_query(
        ORDER_DESK,
        {"tab": "all", "state": ["shipped"], "q": "2611", "after": str(Cursor(NOON, 4)), "start": "51"},
        stores=[],
    )

    assert query.but(text="").link() == "tab=all&state=shipped"


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (Decimal("1234567.5"), "CNY", "¥1,234,567.50"),
        (Decimal("-3.1"), "CNY", "−¥3.10"),
        (Decimal("20"), "SEK", "SEK 20.00"),
        (None, "CNY", "—"),
    ],
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_money_looks_the_same_in_every_language(
    amount: Decimal | None, currency: str, text: str, language: str
) -> None:
    with translation.override(language):
        assert money(amount, currency) == text


def test_counts_stop_at_their_bound() -> None:
    assert [short(0), short(19), short(5000), short(5001)] == ["", "19", "5,000", "5,000+"]
    assert number(12345) == "12,345"


def test_what_a_person_typed_never_becomes_html() -> None:
    assert badge("red", "<b>x</b>") == '<span class="bdg red">&lt;b&gt;x&lt;/b&gt;</span>'
    assert "<script" not in platform_mark('"><script>')


def test_a_sparkline_of_equal_days_is_a_line_not_an_error() -> None:
    drawing = sparkline([0, 0, 0], "Orders <per> day")

    assert drawing.count("<path") == 2
    assert "Orders &lt;per&gt; day" in drawing
    assert sparkline([], "nothing") == ""
