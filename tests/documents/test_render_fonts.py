"""The font that a paper carries: its own letters and no others, each where every viewer looks for it."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pylopdf_fonts_zh_cn
import pytest
from fontTools.cffLib import CFFFontSet
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from apps.documents.render_server import LaidOut, render_server

PAIR = re.compile("<[0-9a-f]{4}> <[0-9a-f]+>")
TEXT = "结算单 JS20261101-00001,共 1,234.50 元"


@pytest.fixture
def house_font() -> Iterator[TTFont]:
    with TTFont(str(pylopdf_fonts_zh_cn.sans_path()), lazy=True) as font:
        yield font


def carried(paper: LaidOut) -> dict[str, Any]:
    """The one font of a paper."""
    page = PdfReader(io.BytesIO(paper.pdf)).pages[0]
    (font,) = page["/Resources"]["/Font"].values()
    return font.get_object()


def letters_of(font: dict[str, Any]) -> Any:
    """What is drawn for each number, from the font's own file."""
    file = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]["/FontFile3"]
    assert file["/Subtype"] == "/CIDFontType0C"
    letters = CFFFontSet()
    letters.decompile(io.BytesIO(file.get_data()), None)
    return letters[0]


def numbers_of(font: dict[str, Any]) -> dict[int, str]:
    """The letter that each number of the paper stands for."""
    lines = font["/ToUnicode"].get_data().decode().splitlines()
    pairs = [line.split() for line in lines if PAIR.fullmatch(line)]
    found = {int(number[1:-1], 16): bytes.fromhex(letter[1:-1]).decode("utf-16-be") for number, letter in pairs}
    found.pop(0, None)
    return found


def drawn(glyph: Any) -> list[Any]:
    """How a letter is drawn, stroke by stroke."""
    pen = RecordingPen()
    glyph.draw(pen)
    return pen.value


def test_each_number_of_a_paper_draws_the_letter_that_it_stands_for(house_font: TTFont) -> None:
    paper = render_server().lay_out(f"<p>{TEXT}</p>")

    font = carried(paper)
    letters, numbers = letters_of(font), numbers_of(font)
    house, places = house_font.getGlyphSet(), house_font.getGlyphOrder()
    names = house_font.getBestCmap()
    assert set(numbers.values()) >= set(TEXT)
    for number, letter in numbers.items():
        assert drawn(letters.CharStrings[f"cid{number:05d}"]) == drawn(house[places[number]]), letter
    # Figures beside capital letters have a second form; of all others it is known which place is theirs.
    assert {places[number] for number, letter in numbers.items() if not letter.isdecimal()} == {
        names[ord(letter)] for letter in set(numbers.values()) if not letter.isdecimal()
    }


def test_a_paper_carries_its_own_letters_and_no_others() -> None:
    paper = render_server().lay_out(f"<p>{TEXT}</p>")

    font = carried(paper)
    assert len(letters_of(font).charset) == len(numbers_of(font)) + 1
    assert len(paper.pdf) < 20_000


def test_the_next_paper_carries_nothing_of_the_one_before() -> None:
    render_server().lay_out(f"<p>{TEXT}</p>")

    paper = render_server().lay_out("<p>收款</p>")

    assert set(numbers_of(carried(paper)).values()) == {"收", "款", "1", " ", "/"}


def test_a_letter_that_the_font_has_not_is_a_box_and_no_font_of_the_machine_helps_out() -> None:
    paper = render_server().lay_out("<p>收\U0001f600款</p>")

    numbers = numbers_of(carried(paper))
    assert {"收", "款"} <= set(numbers.values())
    assert paper.pages == 1
