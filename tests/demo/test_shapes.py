"""Numbers and moments that the builders invent."""

import datetime as dt

import pytest

from apps.core.calendar import SHANGHAI
from apps.desk.demo.numbers import barcode, line_keys, order_number, waybill_number
from apps.desk.demo.rhythm import HANDOVERS, next_of, next_round, orders_by_day
from apps.desk.demo.source import dice, fen, yuan

DAY = dt.date(2026, 11, 11)


def at(hour: int, minute: int = 0, second: int = 0) -> dt.datetime:
    return dt.datetime(2026, 11, 20, hour, minute, second, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("platform", "starts", "length"),
    [("tmall", "4002261111", 19), ("douyin", "6921261111", 19), ("jd", "309811", 12)],
)
def test_an_order_number_tells_its_platform_and_day(platform: str, starts: str, length: int) -> None:
    number = order_number(platform, DAY, 123_456, dice("test"))

    assert number.startswith(starts)
    assert number.endswith("123456")
    assert len(number) == length


def test_a_barcode_has_its_check_digit() -> None:
    assert barcode(1) == "2000000000015"


def test_the_only_line_of_a_taobao_order_has_the_orders_own_number() -> None:
    number = "4002261111000123456"

    assert line_keys("taobao", number, ["A"]) == [number]
    assert line_keys("taobao", number, ["A", "B"]) == ["4002261111000123457", "4002261111000123458"]


def test_jd_parcels_go_with_jd() -> None:
    assert waybill_number("jd", dice("test")).startswith("JDV")


def test_the_eleventh_of_november_is_the_peak_and_no_order_is_lost() -> None:
    counts = orders_by_day(dt.date(2026, 11, 21), 90, 20_000)

    assert sum(counts.values()) == 20_000
    assert max(counts, key=counts.__getitem__) == DAY
    assert counts[DAY] > 3 * counts[dt.date(2026, 11, 4)]


def test_what_comes_at_night_is_taken_in_in_the_morning() -> None:
    assert next_round(at(3)) == at(8, 40, 10)
    assert next_round(at(9, 1)) == at(9, 20, 10)
    assert next_round(at(23)) == at(8, 40, 10) + dt.timedelta(days=1)


def test_a_parcel_that_misses_the_last_handover_goes_the_next_noon() -> None:
    assert next_of(HANDOVERS, at(16)) == at(16, 40)
    assert next_of(HANDOVERS, at(18)) == at(12, 10) + dt.timedelta(days=1)


def test_amounts_survive_the_way_through_fen() -> None:
    assert (fen("1280"), fen("18.9"), fen("0.05")) == (128_000, 1_890, 5)
    assert yuan(fen("18.9")) == "18.90"
