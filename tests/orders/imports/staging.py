"""Files read as the check job reads them, without a database: staged rows by name."""

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from apps.core.tabular import Finding, HeaderSpec, open_table
from apps.orders.imports.layout import Layout
from apps.orders.imports.routing import NUMBER_COLUMNS, layout_of
from apps.orders.imports.rows import LINE_COLUMNS, ORDER_COLUMNS, Source, staged_batches

CSV = Path(__file__).parents[3] / "fixtures" / "csv"
Row = dict[str, Any]


@dataclass
class Staged:
    """What became of a file: rows by column name."""

    layout: Layout
    source: Source
    orders: list[Row] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    rows: int = 0

    def order(self, number: str) -> Row:
        """The one staged order of a number."""
        (found,) = (order for order in self.orders if order["number"] == number)
        return found

    def lines_of(self, number: str) -> list[Row]:
        """The lines of an order that would be imported."""
        return [line for line in self.lines if line["number"] == number and not line["verdict"]]

    def states(self) -> dict[str, str]:
        """Order number → state."""
        return {order["number"]: order["state"] for order in self.orders}

    def said(self) -> list[tuple[int | None, str, str, str]]:
        """Findings as (row, column, code, severity)."""
        return [(finding.row, finding.column, finding.code, finding.severity) for finding in self.findings]


def staged(content: bytes | str, platform: str, name: str = "") -> Staged:
    """Stage a sample (`"jd/….csv"`) or the bytes of a file."""
    stream = io.BytesIO((CSV / content).read_bytes() if isinstance(content, str) else content)
    name = name or (content if isinstance(content, str) else "orders.csv")
    with open_table(stream, header=HeaderSpec(required=[NUMBER_COLUMNS])) as table:
        layout = layout_of(table.header, platform)
        result = Staged(layout, Source(1, 1, 1, layout, layout.exported_at(name)))
        for batch in staged_batches(table, result.source):
            result.orders += [dict(zip(ORDER_COLUMNS, row, strict=True)) for row in batch.orders]
            result.lines += [dict(zip(LINE_COLUMNS, row, strict=True)) for row in batch.lines]
            result.findings += batch.findings
            result.rows += batch.rows
    return result


def text_of(sample: str, encoding: str = "utf-8-sig") -> str:
    """A sample as text, to be changed by a test."""
    return (CSV / sample).read_bytes().decode(encoding)


def table_of(header: str, *rows: str) -> bytes:
    """A csv file of a header line and rows."""
    return "\n".join([header, *rows, ""]).encode()
