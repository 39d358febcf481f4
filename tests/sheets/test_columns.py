"""Which column of a file is which: by name, never by position."""

import pytest
from django.utils import translation

from apps.core.errors import Invalid
from apps.sheets.rules import cells
from apps.sheets.rules.columns import Column, letters, places_of

CODE = Column("code", "商家编码", "SKU code", cells.text(64), "A-1", is_required=True, aliases=("货品编码",))
COST = Column("cost", "成本价", "Cost", cells.amount, "1.00")
COLUMNS = (CODE, COST)


@pytest.mark.parametrize(
    ("header", "places"),
    [
        (["商家编码", "成本价"], {0: CODE, 1: COST}),
        (["Cost", "SKU code"], {0: COST, 1: CODE}),
        (["成本价", "货品编码"], {0: COST, 1: CODE}),
        (["  sku CODE "], {0: CODE}),
        (["原因", "商家编码", "", "成本价"], {1: CODE, 3: COST}),
        (["Reason", "SKU code"], {1: CODE}),
    ],
)
def test_columns_are_found_by_any_of_their_names_wherever_they_stand(
    header: list[str], places: dict[int, Column]
) -> None:
    assert places_of(header, COLUMNS, 1) == places


@pytest.mark.parametrize(
    ("header", "code", "sentence"),
    [
        (
            ["成本价"],
            "missing_column",
            "The header in row 3 lacks the column “商家编码 / SKU code”. Nothing was changed.",
        ),
        (
            ["商家编码", "备注"],
            "unknown_column",
            "Row 3, column B: “备注” is no column of this kind of sheet. Delete it or correct its name. Nothing was changed.",
        ),
        (
            ["商家编码", "成本价", "SKU code"],
            "repeated_column",
            "Row 3, column C: “SKU code” names a column that is there already. Nothing was changed.",
        ),
    ],
)
def test_a_header_that_does_not_fit_is_refused_by_name(header: list[str], code: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        places_of(header, COLUMNS, 3)

    with translation.override("en"):
        assert (refused.value.code, str(refused.value)) == (code, sentence)


@pytest.mark.parametrize(("place", "named"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_the_letters_of_a_spreadsheet(place: int, named: str) -> None:
    assert letters(place) == named


def test_a_column_is_headed_in_the_readers_language() -> None:
    with translation.override("zh-hans"):
        chinese = CODE.heading
    with translation.override("en"):
        english = CODE.heading

    assert (chinese, english) == ("商家编码", "SKU code")
