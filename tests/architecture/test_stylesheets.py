"""Style sheets that stand on one page together do not give one class two meanings."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"
# On every page of the desk; all others beside them are of some pages.
SHARED = ["desk/tokens.css", "opsdesk.css", "desk/pages.css"]
OF_PAGES = sorted(
    str(path.relative_to(STATIC))
    for path in (STATIC / "desk").glob("*.css")
    if str(path.relative_to(STATIC)) not in SHARED
)
COMMENTS, SELECTORS = re.compile(r"/\*.*?\*/", re.DOTALL), re.compile(r"([^{}]+)\{")


def _classes(sheet: str) -> set[str]:
    """Classes that a sheet defines by themselves (`.step { … }`), not inside of something (`.line .step { … }`)."""
    selectors = SELECTORS.findall(COMMENTS.sub("", (STATIC / sheet).read_text(encoding="utf-8")))
    alone = (each.strip() for group in selectors for each in group.split(","))
    return {each[1:] for each in alone if re.fullmatch(r"\.[\w-]+", each)}


@pytest.mark.parametrize("sheet", OF_PAGES)
def test_a_pages_sheet_defines_no_class_that_every_page_knows_already(sheet: str) -> None:
    shared = set().union(*(_classes(each) for each in SHARED))

    assert _classes(sheet) & shared == set()


def test_control_classes_are_found() -> None:
    assert "card" in _classes("opsdesk.css")
    assert "stepper" in _classes("desk/returns.css")
