"""What the page of one score sheet shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.desk.marks import NOTHING, figure
from apps.desk.queries.timeline import Entry, timeline_of_row
from apps.org.actors import Actor
from apps.parameters.queries import value_of
from apps.staff.actions.rights import is_own, speaks_for
from apps.staff.models import ItemScore, ScoreItem, ScoreSheet
from apps.staff.parameters import COMMITTEE_PART
from apps.staff.queries.sheets import ItemLine, Results, lines_of, results_of
from apps.staff.rules.attendance import ABSENT, LATE, LEAVE, RULES, UNANSWERED
from apps.staff.rules.months import last_day
from apps.staff.scope import SCORE
from apps.staff.workflows.score_sheet import SheetState
from apps.workflow.buttons import Button, buttons_for

GOOD, WEAK = Decimal(90), Decimal(75)
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
        committee=cell_of(line.committee if shown else line.event.score if line.event else None),
        own=cell_of(line.self_score),
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


def shows_committee(sheet: ScoreSheet, by: Actor) -> bool:
    """Whether the reader sees the committee's scores: of their own sheet only once scoring is finished."""
    return sheet.state != SheetState.OPEN or not is_own(sheet, by)


def cell_of(score: Decimal | None, label: str = "") -> Cell:
    """A score (0 to 100, with up to two places) as it is shown: green from 90 on, amber below 75."""
    if score is None:
        return Cell(NOTHING, label=label)
    tone = "green" if score >= GOOD else "amber" if score < WEAK else "neutral"
    return Cell(figure(score), tone, label)
