"""Tables in markup: SpreadsheetML and web pages, each read twice, once to see that it is whole, once for its rows."""

import io
from collections.abc import Iterator

from apps.core.tabular.detect import Container, first_bad_line, text_form
from apps.core.tabular.errors import TooComplex, Undecodable, WebPage
from apps.core.tabular.header import HeaderSpec, find_header
from apps.core.tabular.limits import Limits
from apps.core.tabular.pages import PageParser
from apps.core.tabular.sources import HEAD_ROWS, Cells, IteratedRecords, Part
from apps.core.tabular.spreadsheetml import SpreadsheetMLParser
from apps.core.tabular.streams import CHUNK, Opener

_PIECE = 1 << 14
_OVERLAP = 16
_MOST_PARTS = 200
# Each tag is a call of Python: these take some seconds, and no export within the size limits has more.
_MOST_TAGS = {Container.HTML: 2_000_000, Container.SPREADSHEETML: 40_000_000}
# A page that only arranges a form in a table has no two rows of two texts.
_DATA_ROWS = _DATA_CELLS = 2

Located = tuple[int, Cells]


class MarkupSource:
    """A file whose tables stand in markup."""

    def __init__(
        self, opener: Opener, name: str, container: Container, limits: Limits, spec: HeaderSpec | None
    ) -> None:
        self.container = container
        self.data_rows = limits.sheet_rows
        self._opener, self._name, self._limits, self._spec = opener, name, limits, spec
        self._check_tags()
        self.encoding = text_form(opener, line_bytes=limits.member_bytes).encoding

    def parts(self) -> list[Part]:
        """Sheets or tables that hold data. Raises WebPage for a page without any."""
        heads: dict[int, list[Cells]] = {}
        parser = self._parser()
        for index, cells in self._located(parser):
            head = heads.setdefault(index, [])
            if len(head) < HEAD_ROWS:
                head.append(cells)
            if len(heads) > _MOST_PARTS:
                raise TooComplex
        parts = [Part(self._part_name(parser, index), head, index) for index, head in heads.items()]
        if self.container == Container.HTML:
            parts = [part for part in parts if self._holds_data(part.head)]
            if not parts:
                raise WebPage
        return parts

    def records(self, part: Part) -> IteratedRecords:
        """The rows of one sheet or table."""
        rows = (cells for index, cells in self._located(self._parser()) if index == part.key)
        return IteratedRecords(rows, self._limits.cell_characters)

    def close(self) -> None:
        """Nothing is held."""

    def _check_tags(self) -> None:
        """Count before anything is parsed; most expired log-ins have no table at all."""
        tags, has_table, tail = 0, self.container != Container.HTML, b""
        with self._opener() as stream:
            for chunk in iter(lambda: stream.read(CHUNK), b""):
                tags += chunk.count(b"<")
                has_table = has_table or b"table" in (tail + chunk).replace(b"\0", b"").lower()
                tail = chunk[-_OVERLAP:]
        if tags > _MOST_TAGS[self.container]:
            raise TooComplex
        if not has_table:
            raise WebPage

    def _parser(self) -> SpreadsheetMLParser | PageParser:
        return PageParser(self._limits) if self.container == Container.HTML else SpreadsheetMLParser(self._limits)

    def _part_name(self, parser: SpreadsheetMLParser | PageParser, index: int) -> str:
        if isinstance(parser, SpreadsheetMLParser):
            return parser.names[index] if 0 <= index < len(parser.names) else self._name
        return f"{self._name}#{index + 1}"

    def _located(self, parser: SpreadsheetMLParser | PageParser) -> Iterator[Located]:
        try:
            with io.TextIOWrapper(self._opener(), self.encoding) as text:
                while chunk := text.read(_PIECE):
                    yield from parser.rows_from(chunk.removeprefix("\ufeff"), is_last=False)
                yield from parser.rows_from("", is_last=True)
        except UnicodeDecodeError as error:
            line = first_bad_line(self._opener, self.encoding)
            raise Undecodable(line=line, encoding=self.encoding) from error

    def _holds_data(self, head: list[Cells]) -> bool:
        if self._spec and find_header(head, self._spec):
            return True
        return sum(sum(map(bool, cells)) >= _DATA_CELLS for cells in head) >= _DATA_ROWS
