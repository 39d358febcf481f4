"""Score sheets of the last months: closed and paid, half-way, and just begun."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Count, F, Q

from apps.core.calendar import ONE_DAY
from apps.desk.demo.acts import Acts
from apps.desk.demo.company import DemoCompany, DemoPerson
from apps.desk.demo.source import dice, read
from apps.orders.models import ShippingOrder
from apps.org.models import Employee, Position
from apps.parameters.models import ParameterValue
from apps.staff.actions.templates import items_of, printed_sheets
from apps.staff.models import ItemScore, PayLine, PayScheme, ScoreItem, ScoreSheet, ScoreTemplate
from apps.staff.queries.events import contacted_in_time, leave_days
from apps.staff.queries.pay import net_sales
from apps.staff.rules.attendance import LEAVE, RULES, attendance_score
from apps.staff.rules.months import last_day, month_bounds, month_of, next_month, previous_month
from apps.staff.rules.pay import NOTHING, Terms, pay_of
from apps.staff.rules.scores import Mark, coefficient_for, final_score, sheet_score
from apps.staff.workflows.score_sheet import SheetState
from apps.workflow.seeding import Past, ended, reserved_keys, write_histories, write_rows

WRITTEN: list[type[models.Model]] = [ScoreTemplate, ScoreItem, ScoreSheet, ItemScore, PayLine]
Source, Part = ScoreItem.Source, ItemScore.Part
SCORED_AFTER, CLOSED_AFTER = dt.timedelta(hours=34), dt.timedelta(days=4, hours=15)
STATES = {SheetState.CLOSED: 7, SheetState.SCORED: 9}
RESULTS = ("committee_score", "self_score", "final_score", "coefficient")


@dataclass(slots=True)
class Sheet:
    """One person's month while it is made up."""

    person: DemoPerson
    employee: Employee
    template: ScoreTemplate
    month: dt.date
    state: str
    row: dict[str, Any]
    past: list[Past] = field(default_factory=list)
    scores: list[dict[str, Any]] = field(default_factory=list)


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
        _score([sheet for sheet in sheets if sheet.month == month], company, acts, now)
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


def _score(sheets: list[Sheet], company: DemoCompany, acts: Acts, now: dt.datetime) -> None:
    """Events first, then both voices, then what follows from them."""
    if not sheets:
        return
    events = _Events(sheets)
    items = {
        template: list(ScoreItem.objects.filter(template=template).order_by("place"))
        for template in {sheet.template.pk for sheet in sheets}
    }
    judges = _judges(company)
    for sheet in sheets:
        mine = items[sheet.template.pk]
        _from_events(sheet, mine, events)
        if now < month_bounds(sheet.month)[1] + SCORED_AFTER:
            continue
        judge = judges[0] if judges[0].nth != sheet.person.nth else judges[1]
        _voices(sheet, mine, judge)
        if sheet.state != SheetState.OPEN:
            _results(sheet, mine, judge, judges[-1], acts)


def _judges(company: DemoCompany) -> list[DemoPerson]:
    """The two directors, and at the end whoever keeps the sheets."""
    directors = [person for person in company.people if person.role == "director"]
    keepers = [person for person in company.people if person.role == "hr"]
    return [*reversed(directors), *keepers]


class _Events:
    """What events say about a month, asked once."""

    def __init__(self, sheets: list[Sheet]) -> None:
        month = sheets[0].month
        users = [sheet.person.user_id for sheet in sheets if sheet.person.user_id]
        self.contacted = contacted_in_time(month, users)
        self.leave = leave_days(month, [sheet.employee.pk for sheet in sheets])
        self.shipped = _shipped(month, sheets)


def _shipped(month: dt.date, sheets: list[Sheet]) -> dict[int, tuple[int, int]]:
    """Warehouse → parcels in time and in all, an equal part for each of its packers."""
    start, end = month_bounds(month)
    packers = [sheet.person.warehouse_id for sheet in sheets if sheet.person.role == "warehouse"]
    rows = (
        ShippingOrder.objects.filter(shipped_at__gte=start, shipped_at__lt=end)
        .order_by()
        .values_list("warehouse")
        .annotate(done=Count("pk", filter=Q(shipped_at__lte=F("ship_by_at"))), of=Count("pk"))
    )
    shares = {place: packers.count(place) or 1 for place, _done, _of in rows}
    return {place: (done // shares[place], of // shares[place]) for place, done, of in rows}


def _from_events(sheet: Sheet, items: list[ScoreItem], events: _Events) -> None:
    at = month_bounds(sheet.month)[1] - dt.timedelta(hours=1)
    for item in items:
        found = _event(sheet, item, events)
        if found is not None:
            score, facts = found
            sheet.scores.append(_score_row(sheet, item, Part.EVENT, score, at, facts=facts))


def _event(sheet: Sheet, item: ScoreItem, events: _Events) -> tuple[Decimal, dict[str, int]] | None:
    if item.source == Source.ATTENDANCE:
        rule, leave = RULES[sheet.template.attendance], events.leave.get(sheet.employee.pk, 0)
        facts = {LEAVE: leave} if rule.by_day else {}
        return attendance_score(facts, rule), facts
    if item.source == Source.CONTACTED_IN_TIME:
        counted = events.contacted.get(sheet.person.user_id or 0)
        return (counted.score, {"done": counted.done, "of": counted.of}) if counted and counted.of else None
    if item.source == Source.SHIPPED_IN_TIME:
        done, of = events.shipped.get(sheet.person.warehouse_id or 0, (0, 0))
        return ((Decimal(done) * 100 / of).quantize(Decimal("0.01")), {"done": done, "of": of}) if of else None
    return None


def _voices(sheet: Sheet, items: list[ScoreItem], judge: DemoPerson) -> None:
    """The committee scores what events do not; everybody but the latest assesses themselves."""
    facts = read("scores")
    roll = dice("scores", sheet.employee.number, sheet.month)
    level = facts["levels"].get(sheet.employee.number) or roll.randint(74, 95)
    at = month_bounds(sheet.month)[1] + SCORED_AFTER
    known = {row["item_id"] for row in sheet.scores}
    forgets = sheet.state == SheetState.OPEN
    for item in items:
        if item.pk not in known and not (forgets and roll.random() < 0.3):
            score = Decimal(min(100, max(40, level + roll.randint(-6, 6))))
            comment = roll.choice(facts["comments"]) if roll.random() < 0.2 else ""
            row = _score_row(sheet, item, Part.COMMITTEE, score, at, who=judge, comment=comment)
            sheet.scores.append(row)
        if not forgets:
            own = Decimal(min(100, level + roll.randint(0, 9)))
            sheet.scores.append(_score_row(sheet, item, Part.SELF, own, at - dt.timedelta(hours=9), who=sheet.person))


def _score_row(
    sheet: Sheet, item: ScoreItem, part: str, score: Decimal, at: dt.datetime, *, who: DemoPerson | None = None,
    comment: str = "", facts: dict[str, int] | None = None,
) -> dict[str, Any]:  # fmt: skip
    writer = who.user_id if who else None
    return {
        "sheet_id": sheet.row["id"], "item_id": item.pk, "part": str(part),
        "member_id": writer if part == Part.COMMITTEE else None, "written_by_id": writer, "score": score,
        "comment": comment, "facts": json.dumps(facts or {}), "scored_at": at,
    }  # fmt: skip


def _results(sheet: Sheet, items: list[ScoreItem], judge: DemoPerson, keeper: DemoPerson, acts: Acts) -> None:
    """Finished on the third, closed on the fifth."""
    weights = {item.pk: item.weight for item in items}
    committee, own = (
        sheet_score([Mark(weights[row["item_id"]], row["score"]) for row in sheet.scores if row["part"] in parts])
        for parts in ((Part.EVENT, Part.COMMITTEE), (Part.SELF,))
    )
    final = final_score(committee, own)
    start = month_bounds(sheet.month)[1]
    results: dict[str, Any] = {"committee_score": committee, "self_score": own, "final_score": final}
    sheet.past.append(acts.move(ScoreSheet, "finish", start + 2 * ONE_DAY + dt.timedelta(hours=10), judge, **results))
    if sheet.state == SheetState.CLOSED:
        closed = acts.move(ScoreSheet, "close", start + CLOSED_AFTER, keeper, coefficient=coefficient_for(final))
        sheet.past.append(closed)


def _pay(sheets: list[Sheet], company: DemoCompany) -> Iterator[dict[str, Any]]:
    if not sheets:
        return
    facts, keeper = read("scores"), _judges(company)[-1]
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
