"""Tables in and out: what platforms export is read as it is, what opsdesk exports is safe to open.

Nobody works here. Nouns: container, header, row, batch, finding, limit. Verbs: open, peek, clean, write.

A file is judged by its bytes, checked against limits before anything is parsed, and read as a stream of rows of text
whose numbers are those that a person sees in Excel. Workbooks are opened in a process of their own with little memory.
What a file is refused for has a class, a code and a sentence (`TabularError`); what is wrong with single cells is a
`CellError` from a cleaner and becomes a `Finding`, so that one bad row stops nobody. Nothing is guessed: digits that
may be lost, cells that may be shifted and bytes that may mean something else are said, not repaired.

    with open_table(path, header=HeaderSpec(required=["订单编号", {"买家实际支付金额", "买家实付金额"}])) as table:
        for batch in table.column_batches(["订单编号"]):
            numbers, refused = columns.identifiers(batch.columns["订单编号"])
"""

from apps.core.tabular import clean, columns
from apps.core.tabular.cell_errors import CellError
from apps.core.tabular.detect import Container
from apps.core.tabular.errors import TabularError
from apps.core.tabular.findings import Finding, excerpt, finding_of
from apps.core.tabular.header import HeaderSpec, find_header
from apps.core.tabular.limits import Limits
from apps.core.tabular.marks import shown
from apps.core.tabular.reader import Batch, Row, Table, open_table, peek
from apps.core.tabular.sources import Part
from apps.core.tabular.writer import Sheet, protected, safe_filename, write_csv, write_xlsx

__all__ = [
    "Batch",
    "CellError",
    "Container",
    "Finding",
    "HeaderSpec",
    "Limits",
    "Part",
    "Row",
    "Sheet",
    "Table",
    "TabularError",
    "clean",
    "columns",
    "excerpt",
    "find_header",
    "finding_of",
    "open_table",
    "peek",
    "protected",
    "safe_filename",
    "shown",
    "write_csv",
    "write_xlsx",
]
