"""Waybill numbers: cleaned, doubted where they look wrong, and carriers known by many names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.tabular import CellError
from apps.warehouse.actions.default_carriers import default_carriers
from apps.warehouse.rules.waybills import (
    CarrierNames,
    carriers_by_name,
    carriers_that_fit,
    doubts_about,
    folded,
    one_waybill,
    s10_check_digit,
    taken_word,
)

SF = [r"SF[0-9]{13}", r"[0-9]{12}", r"[0-9]{15}"]


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (" sf1234567890123\t", "SF1234567890123"),
        ('="435233529604913"', "435233529604913"),
        ("@435233529604913", "435233529604913"),
        ("No:YT1234567890123", "YT1234567890123"),
        ("ＹＴ１２３４５６７８９０１２３", "YT1234567890123"),
        ("-", ""),
        ("", ""),
    ],
)
def test_a_number_is_taken_out_of_what_files_wrap_around_it(cell: str, number: str) -> None:
    assert one_waybill(cell) == number


def test_two_numbers_in_one_cell_are_refused() -> None:
    with pytest.raises(CellError) as refused:
        one_waybill("YT1234567890123、YT1234567890124")

    assert refused.value.code == "several_waybills"


def test_the_postal_check_digit_is_the_worked_example() -> None:
    assert s10_check_digit("12345678") == 5


@given(st.text("0123456789", min_size=8, max_size=8))
def test_a_check_digit_is_one_digit(digits: str) -> None:
    assert 0 <= s10_check_digit(digits) <= 9


@given(st.text("0123456789", min_size=8, max_size=8), st.integers(0, 7), st.integers(1, 9))
def test_one_mistyped_digit_is_noticed_unless_the_check_digit_stands_for_two_sums(
    digits: str, at: int, by: int
) -> None:
    wrong = digits[:at] + str((int(digits[at]) + by) % 10) + digits[at + 1 :]
    ambiguous = {0, 5}

    same = s10_check_digit(wrong) == s10_check_digit(digits)

    assert not same or s10_check_digit(digits) in ambiguous


def test_a_number_that_does_not_look_like_its_carriers_is_doubted_and_not_refused() -> None:
    (doubt,) = doubts_about("77123", "顺丰速运", SF)

    assert doubt.code == "not_its_shape"
    assert "顺丰速运" in str(doubt.sentence)
    assert doubts_about("SF1234567890123", "顺丰速运", SF) == []
    assert doubts_about("77123", "新快递", []) == []


SHAPES = {
    "SF": ["SF1234567890123", "123456789012", "123456789012345"],
    "YTO": ["YT1234567890123", "1234567890", "D12345678", "AB1234567890123", "881234567890123456"],
    "ZTO": ["73123456789012", "412345678901"],
    "STO": ["771234567890123", "268123456789", "9681234567890", "STO1234567890"],
    "YUNDA": ["431234567890123", "461234567890123", "1234567890123"],
    "JITU": ["JT123456789012", "JT1234567890123"],
    "JD": ["JDVA12345678901", "JDX123456789012", "JDK123456789012", "12345678901-1-1-"],
    "DBL": ["DPK12345678901", "DPK1234567890123", "12345678"],
    "EMS": ["1012345678901", "5012345678901", "9912345678901", "EA123456785CN"],
    "POSTB": ["9612345678901", "9812345678901", "RA123456785CN"],
}


@pytest.mark.rule("WHS-53")
def test_the_house_starts_with_shapes_that_fit_the_numbers_carriers_print() -> None:
    carriers = {each["code"]: each["waybill_patterns"] for each in default_carriers()}

    doubted = {
        (code, number)
        for code, numbers in SHAPES.items()
        for number in numbers
        if doubts_about(number, "", carriers[code])
    }

    assert doubted == set()
    assert [doubt.code for doubt in doubts_about("YT1234567890123", "", carriers["SF"])] == ["not_its_shape"]
    assert {code for code, patterns in carriers.items() if patterns} == set(SHAPES)


@pytest.mark.parametrize(
    ("number", "whose"),
    [
        ("SF9990000000203", [1]),
        ("YT9990000000101", [2]),
        ("AB999000000010", [2]),
        ("123456789012", [1, 2]),
        ("771234567890123", [1]),
        ("XX1", []),
    ],
)
def test_first_letters_of_its_own_tell_the_carrier(number: str, whose: list[int]) -> None:
    shapes = {1: SF, 2: ["YT[0-9]{13}", "[A-Z]{1,2}[0-9]{8,13}", "[0-9]{10,12}"]}

    assert carriers_that_fit(number, shapes) == whose


def test_a_wrong_check_digit_of_a_postal_number_is_doubted() -> None:
    assert doubts_about("EA123456785CN", "EMS", []) == []
    assert [doubt.code for doubt in doubts_about("EA123456784CN", "EMS", [])] == ["wrong_check_digit"]


def test_a_carrier_is_known_by_code_name_and_alias_however_they_are_written() -> None:
    known = carriers_by_name(
        [
            CarrierNames(1, "YTO", "圆通速递", ["圆通", "圆通快递"]),
            CarrierNames(2, "SF", "顺丰速运", ["顺丰"], ["顺丰快递"]),
        ]
    )

    assert known[folded("yto")] == 1
    assert known[folded(" 圆通 速递 ")] == 1
    assert known[folded("顺丰快递")] == 2
    assert folded("中通") not in known


def test_a_name_of_its_own_wins_over_anothers_alias() -> None:
    known = carriers_by_name([CarrierNames(1, "A", "极兔", ["百世快递"]), CarrierNames(2, "B", "百世快递")])

    assert known[folded("百世快递")] == 2


def test_a_word_that_two_carriers_go_by_is_seen_whatever_its_blanks_and_case() -> None:
    zto = CarrierNames(1, "ZTO", "中通快递", ["中通"], ["中通物流"])

    assert taken_word(CarrierNames(2, "TT", "天天快递", [" z t o "]), [zto]) == (" z t o ", "中通快递")
    assert taken_word(CarrierNames(2, "TT", "ＺＴＯ"), [zto]) == ("ＺＴＯ", "中通快递")
    assert taken_word(CarrierNames(2, "TT", "中通（物流）"), [zto]) == ("中通（物流）", "中通快递")
    assert taken_word(CarrierNames(2, "TT", "天天快递", [""]), [zto]) is None
    assert taken_word(zto, [zto]) is None


def test_no_carrier_of_the_first_day_goes_by_anothers_word() -> None:
    all_of_them = [
        CarrierNames(nth, each["code"], each["name"], each["aliases"], list(each.get("platform_names", {}).values()))
        for nth, each in enumerate(default_carriers())
    ]

    assert [taken for each in all_of_them if (taken := taken_word(each, all_of_them))] == []
