"""How the demo's score sheets came to their marks: what events say, what people say, and what follows from both."""

import datetime as dt
import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q

from apps.core.calendar import ONE_DAY
from apps.desk.demo.acts import Acts
from apps.desk.demo.company import DemoCompany, DemoPerson
from apps.desk.demo.source import dice, read
from apps.orders.models import ShippingOrder
from apps.org.models import Employee
from apps.staff.models import ItemScore, ScoreItem, ScoreSheet, ScoreTemplate
from apps.staff.queries.events import contacted_in_time, leave_days
from apps.staff.rules.attendance import LEAVE, RULES, attendance_score
from apps.staff.rules.months import month_bounds
from apps.staff.rules.scores import Mark, coefficient_for, final_score, sheet_score
from apps.staff.workflows.score_sheet import SheetState
from apps.workflow.seeding import Past

Source, Part = ScoreItem.Source, ItemScore.Part
SCORED_AFTER, CLOSED_AFTER = dt.timedelta(hours=34), dt.timedelta(days=4, hours=15)


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


def mark_sheets(sheets: list[Sheet], company: DemoCompany, acts: Acts, now: dt.datetime) -> None:
    """Events first, then both voices, then what follows from them."""
    if not sheets:
        return
    events = _Events(sheets)
    items = {
        template: list(ScoreItem.objects.filter(template=template).order_by("place"))
        for template in {sheet.template.pk for sheet in sheets}
    }
    judges = judges_of(company)
    for sheet in sheets:
        mine = items[sheet.template.pk]
        _from_events(sheet, mine, events)
        if now < month_bounds(sheet.month)[1] + SCORED_AFTER:
            continue
        judge = judges[0] if judges[0].nth != sheet.person.nth else judges[1]
        _voices(sheet, mine, judge)
        if sheet.state != SheetState.OPEN:
            _results(sheet, mine, judge, judges[-1], acts)


def judges_of(company: DemoCompany) -> list[DemoPerson]:
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
