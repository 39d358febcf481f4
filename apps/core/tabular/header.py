"""Finding the header: platforms put notes, group rows and second headers around it, and move the columns."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from apps.core.tabular.cell_errors import CellError
from apps.core.tabular.clean import text
from apps.core.tabular.errors import HeaderNotFound, MissingColumn, TabularError

# What platforms write right below a header: "（说明：金额单位为元）". Anything else there is data.
_NOTE = re.compile(r"[（(].*[)）]|(?:说明|注意?|备注|提示)[:：].*", re.DOTALL)
NOTE_ROWS = 5
SEARCH_ROWS = 20


@dataclass(frozen=True, slots=True)
class HeaderSpec:
    """What a header row must hold to be the one of this kind of file.

    required: column names; an entry of several names is satisfied by any one of them. forbidden: names that prove
    another kind. Names are compared without blanks, case and full or half width.
    footer_starts: how the first cell of the closing lines begins ("#", "总计"); data end there.
    rows_after: rows between header and data, such as the names in a second language. search_rows: how far to look.
    """

    required: Sequence[str | Collection[str]]
    forbidden: Collection[str] = ()
    footer_starts: tuple[str, ...] = ()
    rows_after: int = 0
    search_rows: int = SEARCH_ROWS

    def __post_init__(self) -> None:
        if not self.required:
            raise ValueError("a header without required names fits every row")

    def missing_from(self, names: Sequence[str]) -> list[str]:
        """The required columns that are not among the names, alternatives joined by a slash."""
        present = {folded(name) for name in names}
        wanted = [(entry,) if isinstance(entry, str) else tuple(entry) for entry in self.required]
        return ["/".join(entry) for entry in wanted if present.isdisjoint(folded(name) for name in entry)]

    def is_excluded_by(self, names: Sequence[str]) -> bool:
        """Whether the row holds a name that belongs to another kind of file."""
        return not {folded(name) for name in names}.isdisjoint(folded(name) for name in self.forbidden)


@dataclass(frozen=True, slots=True)
class HeaderMatch:
    """Where the header stands. index and data_index count from 0 in the rows that were searched."""

    index: int
    names: list[str]
    data_index: int


def clean_name(cell: str) -> str:
    """A column name without byte order mark, wrappers and blanks at its ends."""
    try:
        return text(cell)
    except CellError:
        return ""


def folded(name: str) -> str:
    """A column name for comparison: `收入金额（+元）` is `收入金额(+元)`, and `商品 ID` is `商品id`."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def find_header(head: Sequence[Sequence[str]], spec: HeaderSpec | None) -> HeaderMatch | None:
    """The header among the first rows; without a spec the first of the rows with most filled cells."""
    rows = [_trimmed([clean_name(cell) for cell in row]) for row in head[: spec.search_rows if spec else SEARCH_ROWS]]
    fullest = max((_filled(names) for names in rows), default=0)
    for index, names in enumerate(rows):
        if _fits(names, spec) if spec else _filled(names) == fullest > 0:
            return HeaderMatch(index, names, _first_data_row(head, index, len(names), spec))
    return None


def _filled(names: Sequence[str]) -> int:
    return sum(map(bool, names))


def _fits(names: Sequence[str], spec: HeaderSpec) -> bool:
    return not spec.missing_from(names) and not spec.is_excluded_by(names)


def _trimmed(names: list[str]) -> list[str]:
    while names and not names[-1]:
        names.pop()
    return names


def _first_data_row(head: Sequence[Sequence[str]], index: int, columns: int, spec: HeaderSpec | None) -> int:
    first = index + 1 + (spec.rows_after if spec else 0)
    last = min(first + NOTE_ROWS, len(head)) if columns > 1 else first
    while first < last and _is_note(head[first]):
        first += 1
    return first


def _is_note(row: Sequence[str]) -> bool:
    filled = [name for name in map(clean_name, row) if name]
    return len(filled) == 1 and bool(_NOTE.fullmatch(filled[0]))


def why_no_header(heads: Sequence[Sequence[Sequence[str]]], spec: HeaderSpec) -> TabularError:
    """The refusal to show: the columns missing from the best row, or that no row resembles a header."""
    rows = [[clean_name(cell) for cell in row] for head in heads for row in head[: spec.search_rows]]
    possible = [spec.missing_from(row) for row in rows if not spec.is_excluded_by(row)]
    best = min(possible, key=len, default=None)
    if best is None or len(best) == len(spec.required):
        return HeaderNotFound(rows=spec.search_rows)
    return MissingColumn(best)
