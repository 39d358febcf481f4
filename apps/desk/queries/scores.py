"""What the page of a month's score sheets shows."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.calendar import today
from apps.desk.marks import figure
from apps.desk.queries.score_sheet import Cell, cell_of, shows_committee
from apps.org.actors import Actor
from apps.org.models import Employee, Position
from apps.org.scope import visible
from apps.staff.actions.templates import printed_sheets
from apps.staff.models import ItemScore, ScoreItem, ScoreSheet, ScoreTemplate
from apps.staff.queries.people import without_template
from apps.staff.queries.sheets import ItemLine, line_of, with_progress
from apps.staff.rules.months import month_of, next_month, previous_month
from apps.staff.rules.scores import Mark, sheet_score
from apps.staff.workflows.score_sheet import COMMITTEE_PARTS, SheetState

PAGE_SIZE = 50
TABS: dict[str, tuple[str | Promise, Q]] = {
    "all": (_("All"), Q()),
    "open": (_("Open for scores"), Q(state=SheetState.OPEN)),
    "scored": (_("To close"), Q(state=SheetState.SCORED)),
    "closed": (_("Closed"), Q(state=SheetState.CLOSED)),
}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person in the list: the committee's score by duty, what is missing, the result."""

    sheet: ScoreSheet
    cells: list[Cell]
    committee_left: int
    self_left: int


@dataclass(frozen=True, slots=True)
class SheetGroup:
    """The people who are judged by one template. duties: name and weight."""

    template: ScoreTemplate
    weights: str
    duties: list[tuple[str, str]]
    rows: list[PersonRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the list. after: None for the running month."""

    first: dt.date
    before: dt.date
    after: dt.date | None


def month_around(month: dt.date | None) -> Month:
    """The month asked for; the running one when none or a later one was."""
    running = month_of(today())
    first = running if month is None else min(month, running)
    return Month(first, previous_month(first), next_month(first) if first < running else None)


def counts_by_state(month: Month, by: Actor) -> dict[str, int]:
    """How many sheets of a month are under each tab, and `to_close` by this person; one statement."""
    sheets = visible(ScoreSheet.objects.filter(month=month.first), by)
    wanted = {name: condition for name, (_label, condition) in TABS.items()}
    wanted["to_close"] = TABS["scored"][1] & ~Q(employee__user=by.id)
    return sheets.aggregate(**{name: Count("pk", filter=condition) for name, condition in wanted.items()})


def groups_for(month: Month, tab: str, page: int, by: Actor) -> tuple[list[SheetGroup], bool]:
    """One page of the month's sheets under their templates, and whether more follow. Statements do not grow with them."""
    mine = with_progress(visible(ScoreSheet.objects.filter(TABS[tab][1], month=month.first), by))
    related = mine.select_related("employee__position", "employee__team", "template")
    start = page * PAGE_SIZE
    found = list(related.order_by("template__name", "template", "employee__number")[start : start + PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    items = _by_template(shown)
    voices = _voices(shown)
    groups: dict[int, SheetGroup] = {}
    for sheet in shown:
        lines = [line_of(item, voices.get((sheet.pk, item.pk), [])) for item in items[sheet.template_id]]
        group = groups.setdefault(sheet.template_id, _group(sheet.template, items[sheet.template_id]))
        group.rows.append(_person(sheet, lines, by))
    return list(groups.values()), len(found) > PAGE_SIZE


def _by_template(sheets: Iterable[ScoreSheet]) -> dict[int, list[ScoreItem]]:
    found: dict[int, list[ScoreItem]] = {}
    for item in ScoreItem.objects.filter(template__in={sheet.template_id for sheet in sheets}).order_by("place"):
        found.setdefault(item.template_id, []).append(item)
    return found


def _voices(sheets: list[ScoreSheet]) -> dict[tuple[int, int], list[ItemScore]]:
    found: dict[tuple[int, int], list[ItemScore]] = {}
    for row in ItemScore.objects.filter(sheet__in=sheets, part__in=COMMITTEE_PARTS).order_by("pk"):
        found.setdefault((row.sheet_id, row.item_id), []).append(row)
    return found


def _group(template: ScoreTemplate, items: list[ScoreItem]) -> SheetGroup:
    weights: dict[str, Decimal] = {}
    for item in items:
        weights[item.duty] = weights.get(item.duty, Decimal(0)) + item.weight
    total = sum(weights.values(), Decimal(0))
    return SheetGroup(template, figure(total), [(name, figure(weight)) for name, weight in weights.items()])


def _person(sheet: ScoreSheet, lines: list[ItemLine], by: Actor) -> PersonRow:
    marks: dict[str, list[Mark]] = {}
    for line in lines:
        scored = marks.setdefault(line.item.duty, [])
        if line.committee is not None and shows_committee(sheet, by):
            scored.append(Mark(line.item.weight, line.committee))
    cells = [cell_of(sheet_score(found) if found else None, label=duty) for duty, found in marks.items()]
    counted = vars(sheet)
    return PersonRow(sheet, cells, counted["items"] - counted["by_committee"], counted["items"] - counted["by_self"])


def missing_forms(month: Month, by: Actor) -> list[Employee]:
    """People whose position has no sheet, for those who can give it one."""
    return list(without_template(month.first)) if by.may("staff.keep_sheets") else []


def adoptable(people: Iterable[Employee], by: Actor) -> tuple[list[Position], list[tuple[str, str]]]:
    """Positions that wait for a sheet, and code and name of the printed sheets to choose from; nothing without the right."""
    if not by.may("staff.add_scoretemplate"):
        return [], []
    positions = {person.position_id: person.position for person in people}
    return list(positions.values()), [(sheet["code"], sheet["name"]) for sheet in printed_sheets()]
