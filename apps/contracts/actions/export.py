"""Statements as workbooks: the annex with every receipt, and the list; counted and written into the book of exports."""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.audit.models import Export
from apps.contracts.models import SettlementStatement, StatementRow
from apps.contracts.queries.explained import explained_rows
from apps.core.errors import Invalid, NotAllowed
from apps.core.speech import filled
from apps.core.tabular import Sheet, write_xlsx
from apps.finance.rules.classes import ReceiptKind
from apps.org.actors import Actor
from apps.org.models import User
from apps.org.scope import the_visible, visible

MOST_STATEMENTS = 10_000
RIGHT = "contracts.export_statement"


def export_annex(pk: int, sink: BinaryIO, *, by: Actor) -> SettlementStatement:
    """The annex of one statement for somebody of the house. The line in the book commits with the caller's transaction.

    Raises NotFound, NotAllowed without the right to export. Rules: SEC-31, CON-53.
    """
    user = _exporter(by)
    row = the_visible(SettlementStatement.objects.select_related("contract__client"), by, pk=pk)
    write_annex(row, sink)
    Export.objects.create(
        user=user, user_name=by.name, kind="statement_annex", query={"number": row.number}, rows=row.row_count
    )
    return row


def write_annex(row: SettlementStatement, sink: BinaryIO) -> None:
    """Every receipt with the tier that made its commission, in the statement's order; no buyer is in it."""
    write_xlsx(sink, [Sheet(row.number, _row_header(), _row_cells(explained_rows(row)))])


def export_statements(
    statements: "QuerySet[SettlementStatement]", sink: BinaryIO, *, query: Mapping[str, Any], by: Actor
) -> int:
    """The list as a workbook. Returns how many. Raises NotAllowed, Invalid for more than 10,000. Rule: SEC-31."""
    user = _exporter(by)
    rows = visible(statements, by)
    count = rows.order_by().values("pk")[: MOST_STATEMENTS + 1].count()
    if count > MOST_STATEMENTS:
        raise Invalid(filled(_("An export has at most %(most)s rows; choose a shorter period."), most=MOST_STATEMENTS))
    write_xlsx(sink, [Sheet(_("Statements"), _list_header(), _list_cells(rows))])
    Export.objects.create(user=user, user_name=by.name, kind="statements", query=dict(query), rows=count)
    return count


def _exporter(by: Actor) -> User:
    """The person who takes the file out; the house itself takes none."""
    if not by.may(RIGHT) or by.user is None:
        raise NotAllowed(_("You do not have the right to export statements."))
    return by.user


def _row_header() -> list[str]:
    return [
        _("No."), _("Day"), _("Store"), _("Order number"), _("Kind"), pgettext("money", "Receipt"), _("Part"),
        _("Amount in this part"), _("Rate (%)"), _("Catches up on earlier receipts"), _("Commission"), _("Settled in"),
    ]  # fmt: skip


def _row_cells(rows: "QuerySet[StatementRow]") -> Iterator[tuple[Any, ...]]:
    yes, kinds = _("yes"), dict(ReceiptKind.choices)
    for row in rows.iterator(chunk_size=2_000):
        receipt, earlier = row.receipt, row.refers_to
        yield (
            row.position, receipt.received_on, receipt.store.name, receipt.order.number if receipt.order else "",
            str(kinds[receipt.kind]), receipt.amount, row.slice, row.amount, f"{row.rate * 100:.2f}",
            yes if row.is_catch_up else "", row.commission_amount, earlier.number if earlier else "",
        )  # fmt: skip


def _list_header() -> list[str]:
    return [
        _("Statement number"), _("Month"), _("Client"), _("Contract number"), _("State"), _("Received"), _("Refunded"),
        _("Receipts of the year"), _("Commission"), _("Base fee"), _("Base fee given back"), _("Total"), _("Due on"),
        _("Invoice number"), _("Invoiced on"), _("Paid on"), _("Penalty"),
    ]  # fmt: skip


def _list_cells(rows: "QuerySet[SettlementStatement]") -> Iterator[tuple[Any, ...]]:
    for row in rows.select_related("contract__client").order_by("-month", "-pk").iterator(chunk_size=2_000):
        yield (
            row.number, f"{row.month:%Y-%m}", row.contract.client.name, row.contract.number,
            str(row.get_state_display()), row.received_amount, row.refunded_amount, row.cumulative_after,
            row.commission_amount, row.base_fee_amount, row.credit_amount, row.total_amount, row.due_on,
            row.invoice_number, row.invoiced_on, row.paid_on, row.penalty_amount,
        )  # fmt: skip
