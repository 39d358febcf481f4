"""Export sheets and pay: counted, written into the book of exports (SEC-24, SEC-31)."""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.audit.models import Export
from apps.core.errors import NotAllowed
from apps.core.tabular import Sheet, write_xlsx
from apps.org.actors import Actor
from apps.org.scope import visible
from apps.staff.actions.reveal import reveal_pay
from apps.staff.documents import PART_LABELS
from apps.staff.models import PayLine, ScoreSheet
from apps.staff.queries.pay import standing_lines
from apps.staff.queries.sheets import with_progress
from apps.staff.rules.pay import PartKind
from apps.staff.workflows.score_sheet import SheetState

Row = tuple[Any, ...]


def export_sheets(month: dt.date, sink: BinaryIO, *, by: Actor) -> int:
    """The sheets of a month that the actor may see, as a workbook, one row a person. Returns how many.

    The line in the book commits with the caller's transaction: no file without it. Raises NotAllowed. Rule: SEC-31.
    """
    sheets = with_progress(visible(ScoreSheet.objects.filter(month=month), by))
    rows = list(_sheet_rows(sheets.select_related("employee__position", "employee__team").order_by("employee__number")))
    header = [
        _("Employee number"), _("Employee"), _("Team"), _("Position"), _("State"), _("Items"), _("Scored by the committee"),
        _("Scored by the employee"), _("Committee score"), _("Self score"), _("Extra points"), _("Final score"),
        _("Coefficient"),
    ]  # fmt: skip
    return _written(
        sink, _("Score sheets"), header, rows, by=by, right="staff.export_sheets", kind="score_sheets", month=month
    )


@transaction.atomic
def export_pay(month: dt.date, sink: BinaryIO, *, purpose: str, note: str = "", by: Actor) -> int:
    """The pay lines of a month that stand, as a workbook, one row a person. Returns how many.

    Who takes it has seen everybody's pay, so it asks for a purpose as the page does. Raises NotAllowed, Invalid without a
    purpose. Rules: SEC-25, SEC-31.
    """
    reveal_pay(month, purpose=purpose, note=note, by=by)
    lines = standing_lines(visible(PayLine.objects.filter(sheet__month=month), by))
    rows = list(_pay_rows(lines.select_related("sheet__employee__position").order_by("sheet__employee__number")))
    header = [
        _("Employee number"), _("Employee"), _("Position"), _("Final score"), _("Coefficient"),
        *(str(label) for label in PART_LABELS.values()), _("Pay"), _("Formula"),
    ]  # fmt: skip
    return _written(sink, _("Pay"), header, rows, by=by, right="staff.export_pay", kind="pay", month=month)


def _written(
    sink: BinaryIO, title: str, header: Sequence[str], rows: Sequence[Row], *, by: Actor, right: str, kind: str,
    month: dt.date,
) -> int:  # fmt: skip
    if not by.may(right) or by.user is None:
        raise NotAllowed(_("You do not have the right to export this list."))
    write_xlsx(sink, [Sheet(title, list(header), rows)])
    query = {"month": f"{month:%Y-%m}"}
    Export.objects.create(user=by.user, user_name=by.name, kind=kind, query=query, rows=len(rows))
    return len(rows)


def _sheet_rows(sheets: "QuerySet[ScoreSheet]") -> Iterator[Row]:
    labels = dict(SheetState.choices)
    for sheet in sheets:
        person, counted = sheet.employee, vars(sheet)
        yield (
            person.number, person.name, person.team.name, person.position.name, str(labels[SheetState(sheet.state)]),
            counted["items"], counted["by_committee"], counted["by_self"], sheet.committee_score, sheet.self_score,
            sheet.extra, sheet.final_score, sheet.coefficient,
        )  # fmt: skip


def _pay_rows(lines: "QuerySet[PayLine]") -> Iterator[Row]:
    for line in lines:
        person = line.sheet.employee
        sums = dict.fromkeys(PartKind, Decimal(0))
        for part in line.parts:
            sums[PartKind(part["kind"])] += Decimal(part["amount"])
        formula = " + ".join(part["formula"] for part in line.parts)
        yield (
            person.number, person.name, person.position.name, line.final_score, line.coefficient, *sums.values(),
            line.total, formula,
        )  # fmt: skip
