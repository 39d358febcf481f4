"""What papers are drawn with."""

import re

import pytest
from django.template import Context, Template, TemplateSyntaxError

from apps.documents.templatetags.papers import amount, barcode, columns, moment, qr

CODE_128 = {"start_b": "11010010000", "start_c": "11010011100", "stop": "1100011101011"}


def modules_of(svg: str) -> str:
    """The dark and light modules that a barcode's path draws, its quiet zones too."""
    width = int(re.search(r'viewBox="0 0 (\d+) ', svg).group(1))
    drawn = ["0"] * width
    for start, wide in re.findall(r"M(\d+) 0h(\d+)v50", svg):
        drawn[int(start) : int(start) + int(wide)] = "1" * int(wide)
    return "".join(drawn)


def test_a_barcode_is_one_path_with_quiet_zones_and_the_codes_own_start_and_stop() -> None:
    drawn = barcode("CS20261121-00001")
    modules = modules_of(drawn)

    assert drawn.count("<path") == 1
    assert (modules[:10], modules[-10:]) == ("0" * 10, "0" * 10)
    assert modules[10:].startswith(CODE_128["start_b"])
    assert modules[:-10].endswith(CODE_128["stop"])
    assert len(modules.strip("0")) % 11 == 2


def test_digits_are_packed_in_pairs() -> None:
    modules = modules_of(barcode("12345678")).strip("0")

    assert modules.startswith(CODE_128["start_c"])
    assert len(modules) == 11 * (1 + 4 + 1) + 13


@pytest.mark.parametrize("text", ["", "中文", "x" * 81])
def test_what_a_barcode_cannot_say_is_left_out(text: str) -> None:
    assert barcode(text) == ""


def test_a_qr_code_has_its_three_corners() -> None:
    drawn = qr("https://example.test/核对")
    dark = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1", drawn)}
    size = int(re.search(r'viewBox="0 0 (\d+) ', drawn).group(1))

    for x, y in ((4, 4), (size - 11, 4), (4, size - 11)):
        assert {(x + n, y) for n in range(7)} <= dark
        assert (x + 1, y + 1) not in dark
    assert qr("") == qr("x" * 5_000) == ""


def test_texts_in_codes_are_escaped() -> None:
    assert "<b>" not in barcode('"><b>x')
    assert "<b>" not in qr('"><b>x')


def test_columns_of_a_table_are_a_hundred_percent() -> None:
    assert columns(40, 60) == '<colgroup><col class="w40"><col class="w60"></colgroup>'
    with pytest.raises(TemplateSyntaxError):
        columns(40, 50)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("-1234.50", "-1,234.50"),
        ("0", "0"),
        ({"amount": "5.10", "currency": "CNY"}, "5.10 CNY"),
        ("待定", "待定"),
        ("", ""),
    ],
)
def test_amounts_keep_all_their_places(value: object, shown: str) -> None:
    assert amount(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [("2026-11-21T06:05:00+00:00", "2026-11-21 14:05"), ("2026-11-21T14:05:00+08:00", "2026-11-21 14:05"), ("–", "–")],
)
def test_instants_are_written_as_the_office_does(value: str, shown: str) -> None:
    assert moment(value) == shown


def test_tags_escape_what_the_context_brings() -> None:
    drawn = Template("{% load papers %}{{ x|amount }}{{ x|moment }}").render(Context({"x": "<script>"}))

    assert drawn == "&lt;script&gt;&lt;script&gt;"
