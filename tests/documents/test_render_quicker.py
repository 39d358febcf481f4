"""The printer leaves out work of the layout library: what it prints is the same, to the byte, as if it did not."""

import json
import subprocess
import sys

import pytest

from apps.documents import render_server as room

PRINT = """
import hashlib, json, runpy, sys
worker = runpy.run_path(sys.argv[1], run_name="worker")
known = worker["Printer"].__init__.__globals__
known["QUICKER"] = known["QUICKER"] if sys.argv[2] == "quicker" else ()
style, papers = json.load(sys.stdin)
printer = worker["Printer"](style)
print([hashlib.sha256(printer.pdf(paper)[0]).hexdigest() for paper in papers])
"""
LONG = "青禾服饰旗舰店,店铺的名字很长,还有LatinLettersWithoutAnyBlankThatMustBreakSomewhere"
ROWS = "".join(
    f"<tr><td>2026-10-{nth % 30 + 1:02d}</td><td>{LONG if nth % 9 == 4 else '店铺 甲'}</td>"
    f'<td class="figure">{nth},234.50</td></tr>'
    for nth in range(90)
)
COLUMNS = '<colgroup><col class="w20"><col class="w50"><col class="w30"></colgroup>'
PAPERS = {
    "a table over pages": f"<table>{COLUMNS}<thead><tr><th>日<th>店<th>额</thead><tbody>{ROWS}</tbody></table>",
    "lines that break, stretch and keep their ends": (
        f'<p style="text-align:justify">{LONG} and more words {LONG}</p><pre>一\n二\u2029三\r\n四</pre>'
        f'<p style="white-space:pre-line">一\n\n二</p><p style="letter-spacing:2pt;word-spacing:3pt">甲 乙 丙</p>'
    ),
    "texts with features and lines": (
        '<p style="text-decoration:underline line-through overline">下划线</p>'
        '<p style="font-variant-numeric:oldstyle-nums;font-kerning:none">AVA 2026</p>'
        '<p style="width:3cm;overflow:hidden;text-overflow:ellipsis;white-space:nowrap">很长很长很长很长很长很长</p>'
    ),
    "boxes that measure each other": (
        f'<div style="display:flex;width:60%"><p style="flex:1">{LONG}</p><p style="padding:5%">短</p></div>'
        f'<div style="display:grid;grid-template-columns:1fr 2fr"><p>{LONG}</p><p style="width:50%">短</p></div>'
        f'<div style="float:left;width:30%">{LONG}</div><p>{LONG}</p>'
    ),
}


def printed(how: str) -> list[str]:
    """The digest of each paper's file, from a process of its own."""
    wish = [room.STYLE.read_text("utf-8"), [f"<meta charset=utf-8>{paper}" for paper in PAPERS.values()]]
    ended = subprocess.run(
        [sys.executable, "-c", PRINT, str(room.SCRIPT), how], env=room._environment(), input=json.dumps(wish),
        capture_output=True, check=True, text=True,
    )  # fmt: skip
    return json.loads(ended.stdout.replace("'", '"'))


@pytest.fixture(scope="module")
def files() -> dict[str, list[str]]:
    """What both ways print."""
    return {how: printed(how) for how in ("quicker", "as the library does")}


@pytest.mark.parametrize("nth", range(len(PAPERS)), ids=list(PAPERS))
def test_a_paper_is_the_same_to_the_byte(files: dict[str, list[str]], nth: int) -> None:
    assert files["quicker"][nth] == files["as the library does"][nth]
