"""One cell to the text that is kept of it: rules without a database."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.tabular import CellError
from apps.sheets.rules import cells


@pytest.mark.parametrize(
    ("read", "cell", "kept"),
    [
        (cells.text(64), " QH-0381-BK\t", "QH-0381-BK"),
        (cells.text(64), '="00123"', "00123"),
        (cells.number(32), "6901234567892", "6901234567892"),
        (cells.number(32), "６９０１", "6901"),
        (cells.amount, "￥1,299.5", "1299.50"),
        (cells.amount, "38.500", "38.50"),
        (cells.amount, "0", "0.00"),
        (cells.grams, "1,200", "1200"),
        (cells.grams, "420.0", "420"),
        (cells.yes_or_no, "是", "true"),
        (cells.yes_or_no, "No", "false"),
        (cells.yes_or_no, "停用", "false"),
        (cells.whole(1, 99), "7", "7"),
        (cells.one_of({"拣货": "pick", "Defects": "defects"}), "defects", "defects"),
    ],
)
def test_a_cell_is_kept_in_one_way_of_writing(read: Callable[[str], str], cell: str, kept: str) -> None:
    assert read(cell) == kept


@pytest.mark.parametrize(
    ("read", "cell", "code"),
    [
        (cells.text(4), "QH-0381", "too_long"),
        (cells.text(64), "QH\n0381", "line_in_text"),
        (cells.number(32), "6.90123E+12", "digits_lost"),
        (cells.number(4), "69012", "too_long"),
        (cells.amount, "-0.01", "negative_amount"),
        (cells.amount, "(5.00)", "negative_amount"),
        (cells.amount, "1.005", "parts_of_cents"),
        (cells.amount, "10000000000", "amount_over_limit"),
        (cells.amount, "twelve", "not_an_amount"),
        (cells.grams, "420g", "not_a_weight"),
        (cells.grams, "0.42", "not_a_weight"),
        (cells.grams, "-1", "not_a_weight"),
        (cells.grams, "1000001", "not_a_weight"),
        (cells.whole(1, 99), "100", "not_a_whole_number"),
        (cells.yes_or_no, "maybe", "not_yes_or_no"),
        (cells.one_of({"拣货": "pick"}), "pack", "not_a_choice"),
    ],
)
def test_a_cell_that_needs_guessing_is_refused(read: Callable[[str], str], cell: str, code: str) -> None:
    with pytest.raises(CellError) as refused:
        read(cell)

    assert refused.value.code == code


@given(st.decimals(min_value=0, max_value=Decimal("9999999999.99"), places=2))
def test_every_amount_in_cents_comes_through_unchanged(amount: Decimal) -> None:
    assert Decimal(cells.amount(f"{amount:f}")) == amount
