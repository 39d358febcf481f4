"""Score sheets of the last months: closed and paid, half-way, and just begun."""

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db import models

from apps.desk.demo.acts import Acts
from apps.desk.demo.company import DemoCompany
from apps.desk.demo.marks import CLOSED_AFTER, Sheet, judges_of, mark_sheets
from apps.desk.demo.source import read
from apps.org.models import Employee, Position
from apps.parameters.models import ParameterValue
from apps.staff.actions.templates import items_of, printed_sheets
from apps.staff.models import ItemScore, PayLine, PayScheme, ScoreItem, ScoreSheet, ScoreTemplate
from apps.staff.queries.pay import net_sales
from apps.staff.rules.months import last_day, month_bounds, month_of, next_month, previous_month
from apps.staff.rules.pay import NOTHING, Terms, pay_of
from apps.staff.workflows.score_sheet import SheetState
from apps.workflow.seeding import ended, reserved_keys, write_histories, write_rows

WRITTEN: list[type[models.Model]] = [ScoreTemplate, ScoreItem, ScoreSheet, ItemScore, PayLine]
STATES = {SheetState.CLOSED: 7, SheetState.SCORED: 9}
RESULTS = ("committee_score", "self_score", "final_score", "coefficient")


def write(company: DemoCompany, acts: Acts, now: dt.datetime) -> int:
    """Sheets of the running month and the two before it, and the pay of the closed ones. Returns how many changes."""
    running = month_of(now.date())
    before = previous_month(running)
    months = [previous_month(before), before, running]
    templates = _templates(months[0])
    _terms(months[0])
    sheets = [sheet for month in months for sheet in _sheets(company, templates, month, now)]
    for sheet, key in zip(sheets, reserved_keys(ScoreSheet, len(sheets)), strict=True):
        sheet.row["id"] = key
    for month in months:
        mark_sheets([sheet for sheet in sheets if sheet.month == month], company, acts, now)
    write_rows(ScoreSheet, (ended(sheet.row, sheet.past) for sheet in sheets))
    write_rows(ItemScore, (score for sheet in sheets for score in sheet.scores))
    changes = write_histories(ScoreSheet, [(sheet.row, sheet.past) for sheet in sheets])
    for month in months:
        write_rows(PayLine, _pay([s for s in sheets if s.month == month and s.state == SheetState.CLOSED], company))
    return changes


def _templates(month: dt.date) -> dict[int, ScoreTemplate]:
    """Position → its sheet: printed ones, and the company's own for posts that none is printed for."""
    facts, found = read("scores"), {}
    sheets = {sheet["code"]: sheet for sheet in [*printed_sheets(), facts["own_sheet"]]}
    for position in Position.objects.filter(name__in=facts["positions"]).order_by("pk"):
        sheet = sheets[facts["positions"][position.name]]
        template = ScoreTemplate.objects.create(
            position=position, name=sheet["name"], effective_from=month, as_printed="rules" in sheet,
            attendance=sheet["attendance"], alert_after=sheet["alert_after"],
        )  # fmt: skip
        ScoreItem.objects.bulk_create(items_of(template, sheet["duties"]))
        template.is_active = True
        template.save(update_fields=["is_active"])
        found[position.pk] = template
    return found


def _terms(month: dt.date) -> None:
    """What positions are paid by, and the minimum wage that no pay lies below."""
    facts = read("scores")
    positions = {position.name: position for position in Position.objects.all()}
    PayScheme.objects.bulk_create(
        [
            PayScheme(
                position=positions[name], effective_from=month, fixed_amount=Decimal(fixed),
                performance_amount=Decimal(performance), commission_rate=Decimal(rate),
            )
            for name, (fixed, performance, rate) in facts["pay"].items()
            if name in positions
        ]
    )  # fmt: skip
    ParameterValue.objects.create(
        key="staff.minimum_wage", value=facts["minimum_wage"], effective_from=month, reason=facts["minimum_wage_reason"]
    )


def _sheets(
    company: DemoCompany, templates: dict[int, ScoreTemplate], month: dt.date, now: dt.datetime
) -> Iterator[Sheet]:
    people = {person.name: person for person in company.people}
    employees = Employee.objects.filter(position__in=templates, joined_on__lte=last_day(month)).order_by("number")
    for nth, employee in enumerate(employees.select_related("position")):
        template = templates[employee.position_id]
        row = {
            "id": None, "employee_id": employee.pk, "month": month, "template_id": template.pk, "extra": Decimal(0),
            "extra_for": "", **dict.fromkeys(RESULTS), "state": SheetState.OPEN.value, "scored_at": None,
            "closed_at": None, "opened_at": month_bounds(month)[0] + dt.timedelta(minutes=4),
        }  # fmt: skip
        yield Sheet(people[employee.name], employee, template, month, _state(month, now, nth), row)


def _state(month: dt.date, now: dt.datetime, nth: int) -> str:
    """Of the month before, seven of ten sheets are closed, two wait for HR, one for scores; older ones are closed.

    In the first days of a month nothing of the month before is finished yet.
    """
    if now < month_bounds(month)[1] + CLOSED_AFTER:
        return SheetState.OPEN
    if next_month(month) < month_of(now.date()) or nth % 10 < STATES[SheetState.CLOSED]:
        return SheetState.CLOSED
    return SheetState.SCORED if nth % 10 < STATES[SheetState.SCORED] else SheetState.OPEN


def _pay(sheets: list[Sheet], company: DemoCompany) -> Iterator[dict[str, Any]]:
    if not sheets:
        return
    facts, keeper = read("scores"), judges_of(company)[-1]
    sellers = [
        s.person.user_id for s in sheets if s.person.user_id and Decimal(facts["pay"][s.employee.position.name][2])
    ]
    sales = net_sales(sheets[0].month, sellers)
    for sheet in sheets:
        now = ended(sheet.row, sheet.past)
        pay = pay_of(
            Terms(*map(Decimal, facts["pay"][sheet.employee.position.name])), now["coefficient"],
            sales=sales.get(sheet.person.user_id or 0, NOTHING), minimum=Decimal(facts["minimum_wage"]),
        )  # fmt: skip
        parts = [{"kind": p.kind.value, "formula": p.formula, "amount": f"{p.amount:.2f}"} for p in pay.parts]
        yield {
            "sheet_id": sheet.row["id"], "supersedes_id": None, "final_score": now["final_score"],
            "coefficient": now["coefficient"], "parts": json.dumps(parts, ensure_ascii=False), "total": pay.total,
            "computed_at": now["closed_at"] + dt.timedelta(minutes=20), "computed_by_id": keeper.user_id,
        }  # fmt: skip
