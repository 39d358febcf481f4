"""Rows of a platform's file as staged rows: cleaned by column, contact sealed, findings by row and column."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import repeat
from typing import Any

from apps.core.bulk import written_lines
from apps.core.tabular import Batch, Finding, Table
from apps.core.tabular.cell_errors import CellError
from apps.orders.imports.buyers import Sealed, sealed_contact
from apps.orders.imports.cells import Cells
from apps.orders.imports.fields import (
    AMOUNTS,
    CONTACT,
    CUT_TO,
    LINE_COLUMNS,
    LONGEST,
    MIRRORED_TEXTS,
    MOMENTS,
    ORDER_COLUMNS,
    REGION,
)
from apps.orders.imports.layout import Layout
from apps.orders.imports.refusals import (
    LineNumberMissing,
    NotAnOrderNumber,
    NumberMissing,
    QuantityNotPositive,
    SeveralStores,
    TimeMissing,
    TooLong,
    UnknownRefund,
    UnknownStatus,
)
from apps.orders.imports.whole_orders import Seen, find_repeats, leave_out_whole, put_together, with_whole_orders

__all__ = [
    "AMOUNTS",
    "LINE_COLUMNS",
    "MIRRORED_TEXTS",
    "MOMENTS",
    "NO_CONTACT",
    "ORDER_COLUMNS",
    "Source",
    "StagedRows",
    "UnknownStatus",
    "staged_batches",
]

BATCH = 2_000
NOT_CLOSED = {"订单未关闭"}
# The verdict of most rows of most files, so that judging need not write them again.
UNTIL_JUDGED = "new"
ORDER_NUMBER = re.compile(r"[0-9A-Za-z_-]+")
# contact_digest, three masked texts, the region, the sealed value and four hashes: the file says nothing of them.
NO_CONTACT: tuple[object, ...] = (None,) * 12 + (False,)


@dataclass(slots=True)
class Source:
    """Which file the rows come from, and what the file as a whole says."""

    batch_id: int
    file_id: int
    store_id: int
    layout: Layout
    exported_at: dt.datetime | None
    store_name: str = ""
    seen: Seen = field(default_factory=Seen)
    places: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class StagedRows:
    """Rows ready for COPY in the order of ORDER_COLUMNS and LINE_COLUMNS, and what was found on the way."""

    orders: list[tuple[Any, ...]] = field(default_factory=list)
    lines: list[tuple[Any, ...]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    rows: int = 0


def staged_batches(table: Table, source: Source) -> Iterator[StagedRows]:
    """The whole file in batches of some thousand rows.

    Raises TabularError when the file breaks off or cannot be understood as a whole; nothing may be kept then.
    """
    layout = source.layout
    order_names = layout.wanted(table.header, layout.order)
    line_names = layout.wanted(table.header, layout.line)
    used = sorted({name for names in (*order_names.values(), *line_names.values()) for name in names})
    batches: Iterable[Batch] = table.column_batches(used, BATCH)
    if layout.has_lines:
        batches = with_whole_orders(batches, line_names["number"][0])
    for batch in batches:
        orders = _orders_in(batch, order_names, source) if layout.has_orders else None
        lines = _lines_in(batch, line_names, source) if layout.has_lines else None
        yield _staged(batch, orders, lines, source)
    yield StagedRows(findings=table.findings)


def _staged(batch: Batch, orders: Cells | None, lines: Cells | None, source: Source) -> StagedRows:
    verdicts: dict[int, str] = {}
    if lines is not None:
        leave_out_whole([cells for cells in (orders, lines) if cells is not None], source.seen)
        if source.layout.has_line_ids:
            verdicts = find_repeats(batch, lines, source.seen)
    staged = StagedRows(rows=len(batch.numbers))
    if orders is not None:
        staged.orders += _staged_orders(orders, lines, verdicts, source)
    if lines is not None:
        staged.lines += _line_tuples(lines, verdicts, source)
    staged.findings = _by_row(*(cells.findings for cells in (orders, lines) if cells is not None))
    return staged


def _by_row(*found: Sequence[Finding]) -> list[Finding]:
    """Findings in the order of the file. A cell that is read for the order and for the line is reported once."""
    once = {(finding.row, finding.column, finding.code): finding for findings in found for finding in findings}
    return sorted(once.values(), key=lambda finding: finding.row or 0)


# Orders


def _orders_in(batch: Batch, names: Mapping[str, Sequence[str]], source: Source) -> Cells:
    cells = Cells(batch, names)
    if source.layout.fill is not None:
        source.layout.fill(cells.by_name, cells.size)
    _check_numbers(cells)
    placed, paid = cells.column("placed_at"), cells.column("paid_at")
    # Without a column of its own the time stands in the number.
    named = next((name for name in ("placed_at", "paid_at") if name in names), "number")
    for index in range(cells.size):
        if index not in cells.bad and placed[index] is None and paid[index] is None:
            cells.refuse(index, named, TimeMissing())
    _check_store(cells, source)
    return cells


def _check_numbers(cells: Cells) -> None:
    numbers = cells.column("number", "")
    faults = {number: fault for number in set(numbers) if (fault := _fault_in(number))}
    for index, number in enumerate(numbers):
        if number in faults and index not in cells.bad:
            cells.refuse(index, "number", faults[number], number)


def _fault_in(number: str) -> CellError | None:
    if not number:
        return NumberMissing()
    if len(number) > LONGEST["number"]:
        return TooLong(limit=LONGEST["number"])
    return None if ORDER_NUMBER.fullmatch(number) else NotAnOrderNumber()


def _check_store(cells: Cells, source: Source) -> None:
    """Remember which store the file names. Raises SeveralStores."""
    for index, name in enumerate(cells.column("store_name", "")):
        if name and source.store_name and name != source.store_name:
            raise SeveralStores(names=f"{source.store_name} / {name}", row=cells.numbers[index])
        source.store_name = name or source.store_name


def _staged_orders(
    cells: Cells, lines: Cells | None, verdicts: Mapping[int, str], source: Source
) -> Iterator[tuple[Any, ...]]:
    layout = source.layout
    states = layout.state_of(cells.by_name, cells.size) if layout.state_of else ["unknown"] * cells.size
    if lines is None:
        kept = [index for index in range(cells.size) if index not in cells.bad]
    else:
        kept = put_together(cells, lines, states, skipped=verdicts, layout=layout, seen=source.seen)
    texts = cells.column("status_text", "")
    for index in kept:
        if states[index] == "unknown":
            cells.remark(index, "status_text", UnknownStatus(), texts[index] or "")
    return _order_tuples(cells, states, kept, source) if kept else iter(())


def _order_tuples(cells: Cells, states: list[str], kept: list[int], source: Source) -> Iterator[tuple[Any, ...]]:
    numbers, size = _taken(cells.column("number", ""), kept), len(kept)
    said = [_taken(column, kept) for column in (states, *_mirrored(cells))]
    contacts = list(_sealed_contacts(cells, kept, source))
    says_contact = any(name in cells.by_name for name in (*CONTACT, *REGION))
    vault = zip(*(contact.columns() if says_contact else NO_CONTACT for contact in contacts), strict=True)
    return zip(
        repeat(source.batch_id, size), repeat(source.file_id, size), _taken(cells.numbers, kept),
        repeat(UNTIL_JUDGED, size), repeat("", size), repeat(False, size), numbers, *said,
        repeat(source.exported_at, size), _digests([*said, [contact.digest for contact in contacts]]), *vault,
        strict=True,
    )  # fmt: skip


def _taken(column: Sequence[Any], places: Sequence[int]) -> list[Any]:
    return [column[place] for place in places]


def _mirrored(cells: Cells) -> Iterator[list[Any]]:
    """The columns between state and exported_at."""
    for name in (*MOMENTS, *AMOUNTS):
        yield cells.column(name)
    for name in MIRRORED_TEXTS:
        yield _cut(cells.column(name), CUT_TO.get(name))
    yield [found[0][:40] if found else None for found in cells.column("waybill_number")]


def _digests(columns: Sequence[Sequence[Any]]) -> list[bytes]:
    """Row by row a digest of what is said. In the lines of COPY nothing can pass for another value's border."""
    return [blake2b(line.encode(), digest_size=16).digest() for line in written_lines(columns)]


def _sealed_contacts(cells: Cells, kept: Sequence[int], source: Source) -> Iterator[Sealed]:
    columns = {"number": cells.column("number", ""), **_contact_columns(cells)}
    for values in zip(*(_taken(column, kept) for column in columns.values()), strict=True):
        yield sealed_contact(store_id=source.store_id, **dict(zip(columns, values, strict=True)))


def _contact_columns(cells: Cells) -> dict[str, list[str]]:
    found = {name: cells.column(name, "") for name in (*CONTACT, *REGION)}
    changed = cells.column("changed_address", "")
    found["address"] = [new or old for new, old in zip(changed, found["address"], strict=True)]
    return found


def _cut(values: list[str | None], limit: int | None) -> list[str | None]:
    if limit is None:
        return values
    shown = {value: "" if value in NOT_CLOSED else value and value[:limit] for value in set(values)}
    return [shown[value] for value in values]


# Lines


def _lines_in(batch: Batch, names: Mapping[str, Sequence[str]], source: Source) -> Cells:
    cells = Cells(batch, names)
    if source.layout.fill_lines is not None:
        source.layout.fill_lines(cells.by_name, cells.size)
    _check_numbers(cells)
    quantities, keys = cells.column("quantity", 0), cells.column("line_key", "#")
    for index in range(cells.size):
        if index in cells.bad:
            continue
        if not keys[index]:
            cells.refuse(index, "line_key", LineNumberMissing())
        elif quantities[index] < 1:
            cells.refuse(index, "quantity", QuantityNotPositive(), str(quantities[index]))
    _check_lengths(cells)
    _check_refunds(cells, source.layout)
    return cells


def _check_lengths(cells: Cells) -> None:
    for name, limit in LONGEST.items():
        for index, value in enumerate(cells.column(name, "")):
            if len(value) > limit and index not in cells.bad:
                cells.refuse(index, name, TooLong(limit=limit), value)


def _check_refunds(cells: Cells, layout: Layout) -> None:
    """Put refunds into the house's words; a word that nobody knows is said, and the line comes in."""
    said = cells.column("refund_state", "")
    words = {text: layout.refund_state(text) for text in set(said)}
    cells.by_name["refund_state"] = [words[text] for text in said]
    for index, text in enumerate(said):
        if words[text] == "unknown" and index not in cells.bad:
            cells.remark(index, "refund_state", UnknownRefund(), text)


def _line_tuples(cells: Cells, verdicts: Mapping[int, str], source: Source) -> Iterator[tuple[Any, ...]]:
    kept = [index for index in range(cells.size) if index not in cells.bad]
    numbers, keys = _taken(cells.column("number", ""), kept), _taken(cells.column("line_key"), kept)
    texts = [_cut(cells.column(name, ""), CUT_TO.get(name)) for name in ("title", "outer_code", "properties")]
    said = (
        *texts, cells.column("platform_item_id", ""), cells.column("quantity", 0), cells.column("unit_price_amount"),
        cells.column("paid_amount"), cells.column("refund_state", ""),
    )  # fmt: skip
    return zip(
        repeat(source.batch_id, len(kept)), repeat(source.file_id, len(kept)), _taken(cells.numbers, kept),
        [verdicts.get(index, "") for index in kept], numbers,
        [key or _place_in_order(source, number) for key, number in zip(keys, numbers, strict=True)],
        *(_taken(column, kept) for column in said), strict=True,
    )  # fmt: skip


def _place_in_order(source: Source, number: str) -> str:
    """Old files do not name their lines: the nth line of its order, marked so that it never meets a platform's id."""
    source.places[number] += 1
    return f"#{source.places[number]}"
