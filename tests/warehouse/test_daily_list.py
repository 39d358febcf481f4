"""The day's pick list: style, single or several, colour, and gifts apart."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.warehouse.rules.daily_list import Block, ColourRow, DailyList, DayLine, Gift, Size, SizeRow, daily_list
from apps.warehouse.rules.gifts import is_gift
from apps.warehouse.rules.properties import Variant, variant_of


def _line(order: int, style: str, colour: str, quantity: int, *, gift: bool = False, size: str = "M") -> DayLine:
    return DayLine(order, style, style, colour, size, f"{style}-{colour}", quantity, gift, f"69{style}")


def _row(style: str, colour: str, orders: int, pieces: int) -> ColourRow:
    return ColourRow(colour, orders, pieces, (SizeRow("M", f"{style}-{colour}", pieces, f"69{style}"),))


@pytest.mark.rule("EX-82", "WHS-17", "WHS-24")
def test_four_orders_are_grouped_by_style_then_single_or_several_then_colour() -> None:
    lines = [
        _line(1, "S1", "red", 1),
        _line(2, "S1", "red", 2),
        _line(3, "S1", "blue", 1),
        _line(4, "S2", "red", 1),
        _line(4, "G", "", 1, gift=True),
    ]

    found = daily_list(lines)

    first, second = found.styles
    assert first.blocks == (
        Block(Size.SINGLE, (_row("S1", "blue", 1, 1), _row("S1", "red", 1, 1))),
        Block(Size.MULTI, (_row("S1", "red", 1, 2),)),
    )
    assert second.blocks == (Block(Size.SINGLE, (_row("S2", "red", 1, 1),)),)
    assert (first.pieces, second.pieces) == (4, 1)
    assert found.gifts == (Gift("G-", "G", 1, "69G"),)
    assert (found.orders, found.pieces, found.gift_pieces) == (4, 5, 1)


def test_a_parcel_of_two_styles_is_several_pieces_in_both() -> None:
    found = daily_list([_line(1, "S1", "red", 1), _line(1, "S2", "red", 1)])

    assert [style.blocks[0].size for style in found.styles] == [Size.MULTI, Size.MULTI]


def test_two_skus_of_one_colour_and_size_are_two_rows_because_each_is_scanned() -> None:
    lines = [DayLine(order, "S1", "杯", "red", "M", sku, 1) for order, sku in ((1, "S1-A"), (2, "S1-B"), (3, "S1-A"))]

    (row,) = daily_list(lines).styles[0].blocks[0].rows

    assert row == ColourRow("red", 3, 3, (SizeRow("M", "S1-A", 2), SizeRow("M", "S1-B", 1)))


def test_a_day_without_orders_has_an_empty_list() -> None:
    assert daily_list([]) == DailyList()


LINES = st.lists(
    st.builds(
        DayLine, st.integers(1, 9), st.sampled_from(["S1", "S2"]), st.just(""), st.sampled_from(["red", "blue", ""]),
        st.sampled_from(["M", "L"]), st.sampled_from(["a", "b"]), st.integers(1, 5), st.booleans(),
    )
)  # fmt: skip


@given(LINES)
def test_every_piece_is_on_the_list_once(lines: list[DayLine]) -> None:
    found = daily_list(lines)

    assert found.pieces + found.gift_pieces == sum(line.quantity for line in lines)
    rows = [row for style in found.styles for block in style.blocks for row in block.rows]
    assert all(sum(size.pieces for size in row.sizes) == row.pieces for row in rows)


@pytest.mark.parametrize(
    ("text", "variant"),
    [
        ("颜色:红;尺码:M", Variant("红", "M")),
        ("颜色分类：雾蓝;规格：350ml", Variant("雾蓝", "350ml")),
        ("颜色分类：原麻色；尺寸：90*90cm", Variant("原麻色", "90*90cm")),
        ("规格：特大号", Variant("", "特大号")),
        ("红色,XL", Variant("红色", "XL")),
        ("L / 藏青", Variant("藏青", "L")),
        ("颜色:红;套餐:两件装", Variant("红", "", "套餐:两件装")),
        ("", Variant()),
    ],
)
def test_colour_and_size_are_read_as_platforms_write_them(text: str, variant: Variant) -> None:
    assert variant_of(text) == variant


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    variant_of(text)


@pytest.mark.rule("WHS-24", "PRO-16")
@pytest.mark.parametrize(
    ("price", "paid", "gift"),
    [
        ("0", None, True),
        ("0.00", "0", True),
        (None, "0", True),
        (None, None, False),
        ("9", "0", False),
        ("9", "9", False),
    ],
)
def test_a_gift_is_a_line_that_the_platform_prices_at_zero(price: str | None, paid: str | None, gift: bool) -> None:
    assert is_gift(Decimal(price) if price else None, Decimal(paid) if paid else None) is gift
