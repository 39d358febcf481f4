"""Everything that the pages of pay show: HR's month, and everybody's own months."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.functional import Promise

from apps.desk.marks import money
from apps.desk.queries.scores import Month
from apps.documents.models import Document
from apps.documents.workflows.document import DocumentState
from apps.org.actors import Actor
from apps.org.models import Employee
from apps.org.scope import visible
from apps.parameters.queries import value_of
from apps.staff.actions.rights import is_own
from apps.staff.documents import PART_LABELS, PAY_SLIP
from apps.staff.models import PayLine, Reward, ScoreSheet
from apps.staff.parameters import MINIMUM_WAGE
from apps.staff.queries.pay import standing_lines, terms_of
from apps.staff.queries.sheets import with_progress
from apps.staff.rules.months import last_day
from apps.staff.workflows.score_sheet import SheetState

OWN_MONTHS = 12
MASK = "¥ •••"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a pay as a page shows it."""

    label: str | Promise
    formula: str
    amount: str


@dataclass(frozen=True, slots=True)
class Pay:
    """A pay line with its parts and its slip. is_printed: whether the slip's file is there."""

    line: PayLine
    parts: list[Part]
    total: str
    slip: Document | None

    @property
    def is_printed(self) -> bool:
        """Whether the slip can be taken."""
        return self.slip is not None and self.slip.state == DocumentState.RENDERED


@dataclass(frozen=True, slots=True)
class PersonsMonth:
    """One sheet with what it came to; has_terms: whether a pay scheme is there for it."""

    sheet: ScoreSheet
    pay: Pay | None
    has_terms: bool = True


@dataclass(frozen=True, slots=True)
class PayMonth:
    """HR's month: everybody's sheet and pay, the sum, what stops the computing. people: who may be given a reward.

    is_plain: whether the figures are there; otherwise no figure of anybody's pay is in it.
    """

    rows: list[PersonsMonth]
    total: str
    rewards: list[tuple[Reward, str]]
    people: list[Employee]
    minimum: Decimal
    closed: int
    key: uuid.UUID
    is_plain: bool


def pay_month(month: Month, by: Actor, *, is_plain: bool) -> PayMonth:
    """The month of everybody; the caller has asked for the right, and for plain figures has written the look down.

    Statements do not grow with the people. Rule: SEC-25.
    """
    sheets = list(
        ScoreSheet.objects.filter(month=month.first)
        .select_related("employee__position", "template")
        .order_by("employee__number")
    )
    pays, terms = _pays(standing_lines(visible(PayLine.objects.filter(sheet__month=month.first), by))), terms_of(sheets)
    if not is_plain:
        pays = {key: _masked(pay) for key, pay in pays.items()}
    rows = [PersonsMonth(sheet, pays.get(sheet.pk), sheet.employee_id in terms) for sheet in sheets]
    total = standing_lines(PayLine.objects.filter(sheet__month=month.first)).aggregate(total=Sum("total"))["total"]
    rewards = Reward.objects.filter(month=month.first).select_related("employee", "given_by")
    return PayMonth(
        rows=rows,
        total=money(total or Decimal(0)) if is_plain else MASK,
        rewards=[(each, money(each.amount) if is_plain else MASK) for each in rewards],
        people=[sheet.employee for sheet in sheets if not is_own(sheet, by)],
        minimum=value_of(MINIMUM_WAGE, on=last_day(month.first)),
        closed=sum(sheet.state == SheetState.CLOSED for sheet in sheets),
        key=uuid.uuid4(),
        is_plain=is_plain,
    )


def own_months(by: Actor) -> tuple[Employee | None, list[PersonsMonth]]:
    """The months of the person who looks, the latest first; nobody's for a log-in that is no employee's."""
    person = Employee.objects.filter(user=by.user).select_related("position", "team").first() if by.user else None
    if person is None:
        return None, []
    mine = with_progress(ScoreSheet.objects.filter(employee=person)).select_related("template", "employee")
    sheets = list(mine.order_by("-month")[:OWN_MONTHS])
    pays = _pays(standing_lines(PayLine.objects.filter(sheet__in=[sheet.pk for sheet in sheets])))
    return person, [PersonsMonth(sheet, pays.get(sheet.pk)) for sheet in sheets]


def _pays(lines: "QuerySet[PayLine]") -> dict[int, Pay]:
    """Pay by sheet, with the slips, two statements."""
    found = list(lines)
    papers = Document.objects.filter(
        kind=PAY_SLIP, subject_type=PayLine._meta.label_lower, subject_id__in=[line.pk for line in found]
    ).defer("context", "sealed_context")
    slips = {paper.subject_id: paper for paper in papers}
    return {line.sheet_id: Pay(line, _parts(line.parts), money(line.total), slips.get(line.pk)) for line in found}


def _masked(pay: Pay) -> Pay:
    return Pay(pay.line, [Part(part.label, MASK, MASK) for part in pay.parts], MASK, pay.slip)


def _parts(parts: Iterable[dict[str, Any]]) -> list[Part]:
    return [
        Part(PART_LABELS.get(part["kind"], part["kind"]), part["formula"], money(Decimal(part["amount"])))
        for part in parts
    ]
