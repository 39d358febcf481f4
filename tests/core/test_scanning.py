"""What a scanner types is the same code however the keyboard is set."""

import pytest

from apps.core.scanning import is_scan_of, scanned, scanned_number


@pytest.mark.parametrize(
    "text",
    [
        "QH-000",
        " QH-000\t",
        "ＱＨ－０００",
        "ＱＨ—０００",
        "\u200bQH-000\u3000",
        '="QH-000"',
        "'QH-000",
        "\ufeffQH-000\r\n",
    ],
)
def test_a_code_is_read_whatever_the_keyboard_and_the_clipboard_put_around_it(text: str) -> None:
    assert scanned(text) == "QH-000"


def test_letters_keep_their_case_and_blanks_inside_stay() -> None:
    assert scanned(" a 01b ") == "a 01b"
    assert scanned(" \u3000 ") == ""


@pytest.mark.parametrize(
    "text",
    [
        "@SF123",
        "No:SF123",
        "no.sf123",
        "ＮＯ：ＳＦ１２３",
        "No: SF 123",
        "'@SF123",
        '="No:SF123"',
        "@No:SF123",
        " sf123\t",
    ],
)
def test_a_number_is_read_as_files_write_it(text: str) -> None:
    assert scanned_number(text) == "SF123"


def test_a_number_that_begins_like_the_label_stays_whole() -> None:
    assert scanned_number("NO123456") == "NO123456"


@pytest.mark.parametrize(("text", "is_it"), [("qh-000", True), ("6901234567892", True), ("QH-00", False), ("", False)])
def test_a_scan_is_one_of_the_codes_in_any_case_and_never_an_empty_one(text: str, is_it: bool) -> None:
    assert is_scan_of(text, "QH-000", "6901234567892", "") is is_it
