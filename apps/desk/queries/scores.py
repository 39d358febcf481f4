"""Everything that the pages of score sheets show."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.calendar import today
from apps.desk.marks import NOTHING, figure
from apps.desk.queries.timeline import Entry, timeline_of_row
from apps.org.actors import Actor
from apps.org.models import Employee, Position
from apps.org.scope import visible
from apps.parameters.queries import value_of
from apps.staff.actions.rights import is_own, speaks_for
from apps.staff.actions.templates import printed_sheets
from apps.staff.models import ItemScore, ScoreItem, ScoreSheet, ScoreTemplate
from apps.staff.parameters import COMMITTEE_PART
from apps.staff.queries.people import without_template
from apps.staff.queries.sheets import ItemLine, Results, line_of, lines_of, results_of, with_progress
from apps.staff.rules.attendance import ABSENT, LATE, LEAVE, RULES, UNANSWERED
from apps.staff.rules.months import last_day, month_of, next_month, previous_month
from apps.staff.rules.scores import Mark, sheet_score
from apps.staff.scope import SCORE
from apps.staff.workflows.score_sheet import COMMITTEE_PARTS, SheetState
from apps.workflow.buttons import Button, buttons_for

PAGE_SIZE = 50
GOOD, WEAK = Decimal(90), Decimal(75)
TABS: dict[str, tuple[str | Promise, Q]] = {
    "all": (_("All"), Q()),
    "open": (_("Open for scores"), Q(state=SheetState.OPEN)),
    "scored": (_("To close"), Q(state=SheetState.SCORED)),
    "closed": (_("Closed"), Q(state=SheetState.CLOSED)),
}
HAPPENED: dict[str, str | Promise] = {
    LATE: _("Late or left early (times)"),
    ABSENT: _("Absent (days)"),
    UNANSWERED: _("Did not answer (times)"),
    LEAVE: _("Approved leave"),
}
Part = ItemScore.Part


@dataclass(frozen=True, slots=True)
class Cell:
    """A score with its tint. label: what it is about, where a phone shows no heading."""

    text: str
    tone: str = ""
    label: str = ""


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


@dataclass(frozen=True, slots=True)
class DutyBlock:
    """One duty of a sheet with its items and its weight."""

    name: str
    weight: str
    rows: list["ItemRow"]


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item as the sheet shows it. value, comment: in the boxes of whoever may fill them."""

    line: ItemLine
    weight: str
    committee: Cell
    own: Cell
    facts: list[tuple[str | Promise, int]]
    value: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class SheetPage:
    """One sheet for one reader. voice: with which they may score now, empty for none. tallies: of attendance."""

    sheet: ScoreSheet
    blocks: list[DutyBlock]
    results: Results
    shares: tuple[str, str]
    weights: str
    voice: str
    shows_committee: bool
    can_give_extra: bool
    tallies: list[tuple[str, str | Promise, int]]
    buttons: list[Button]
    timeline: list[Entry]


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
    cells = [_cell(sheet_score(found) if found else None, label=duty) for duty, found in marks.items()]
    counted = vars(sheet)
    return PersonRow(sheet, cells, counted["items"] - counted["by_committee"], counted["items"] - counted["by_self"])


def _cell(score: Decimal | None, label: str = "") -> Cell:
    if score is None:
        return Cell(NOTHING, label=label)
    tone = "green" if score >= GOOD else "amber" if score < WEAK else "neutral"
    return Cell(figure(score), tone, label)


def shows_committee(sheet: ScoreSheet, by: Actor) -> bool:
    """Whether the reader sees the committee's scores: of their own sheet only once scoring is finished."""
    return sheet.state != SheetState.OPEN or not is_own(sheet, by)


def missing_forms(month: Month, by: Actor) -> list[Employee]:
    """People whose position has no sheet, for those who can give it one."""
    return list(without_template(month.first)) if by.may("staff.keep_sheets") else []


def adoptable(people: Iterable[Employee], by: Actor) -> tuple[list[Position], list[tuple[str, str]]]:
    """Positions that wait for a sheet, and the printed sheets to choose from."""
    if not by.may("staff.add_scoretemplate"):
        return [], []
    positions = {person.position_id: person.position for person in people}
    return list(positions.values()), [(sheet["code"], sheet["name"]) for sheet in printed_sheets()]


def sheet_page(sheet: ScoreSheet, by: Actor, typed: Mapping[str, str] | None = None) -> SheetPage:
    """Put one sheet together; the caller has checked that this person may know of it.

    typed: what stood in the boxes when something was refused, so that nobody types it twice.
    """
    lines, voice, shown = lines_of(sheet), _voice(sheet, by), shows_committee(sheet, by)
    results = results_of(sheet, lines)
    share = value_of(COMMITTEE_PART, on=last_day(sheet.month))
    others = not is_own(sheet, by) and sheet.state == SheetState.OPEN
    return SheetPage(
        sheet=sheet,
        blocks=_blocks(lines, voice, by, typed or {}, shown=shown),
        results=results,
        shares=(figure(share * 100), figure(100 - share * 100)),
        weights=figure(sum((line.item.weight for line in lines), Decimal(0))),
        voice=voice,
        shows_committee=shown,
        can_give_extra=others and by.may(SCORE),
        tallies=_tallies(sheet, lines) if others and (by.may(SCORE) or by.may("staff.keep_sheets")) else [],
        buttons=[] if is_own(sheet, by) else buttons_for(sheet, by),
        timeline=timeline_of_row(sheet, SheetState, Entry(sheet.opened_at, _("Sheet opened"))),
    )


def _voice(sheet: ScoreSheet, by: Actor) -> str:
    if sheet.state != SheetState.OPEN:
        return ""
    if not is_own(sheet, by) and by.may(SCORE):
        return Part.COMMITTEE
    return Part.SELF if speaks_for(sheet, by) else ""


def _blocks(lines: list[ItemLine], voice: str, by: Actor, typed: Mapping[str, str], *, shown: bool) -> list[DutyBlock]:
    duties: dict[str, list[ItemRow]] = {}
    weights: dict[str, Decimal] = {}
    for line in lines:
        duties.setdefault(line.item.duty, []).append(_row(line, voice, by, typed, shown=shown))
        weights[line.item.duty] = weights.get(line.item.duty, Decimal(0)) + line.item.weight
    return [DutyBlock(name, figure(weights[name]), rows) for name, rows in duties.items()]


def _row(line: ItemLine, voice: str, by: Actor, typed: Mapping[str, str], *, shown: bool) -> ItemRow:
    saved = line.of_member(by.id) if voice == Part.COMMITTEE else line.own if voice == Part.SELF else None
    key = f"{line.item.pk}"
    return ItemRow(
        line=line,
        weight=figure(line.item.weight),
        committee=_cell(line.committee if shown else line.event.score if line.event else None),
        own=_cell(line.self_score),
        facts=_facts(line),
        value=typed.get(f"score-{key}", figure(saved.score) if saved else ""),
        comment=typed.get(f"comment-{key}", saved.comment if saved else ""),
    )


def _facts(line: ItemLine) -> list[tuple[str | Promise, int]]:
    """What events counted for an item: done of so many, or what happened how often."""
    facts = line.event.facts if line.event else {}
    if "of" in facts:
        return [(_("in time"), facts["done"]), (_("in all"), facts["of"])]
    return [(HAPPENED[name], count) for name, count in facts.items() if name in HAPPENED]


def _tallies(sheet: ScoreSheet, lines: list[ItemLine]) -> list[tuple[str, str | Promise, int]]:
    """What may be noted about attendance: the event, its name, how often so far."""
    rule = RULES.get(sheet.template.attendance)
    line = next((line for line in lines if line.item.source == ScoreItem.Source.ATTENDANCE), None)
    if rule is None or line is None:
        return []
    facts = line.event.facts if line.event else {}
    by_hand = [name for name in rule.costs if name != LEAVE or not rule.by_day]
    return [(name, HAPPENED[name], facts.get(name, 0)) for name in by_hand]
