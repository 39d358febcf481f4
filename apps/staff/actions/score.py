"""Score a sheet: the committee its items, the employee the same items, attendance as it was, extra points."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.core.money import rounded
from apps.core.speech import filled
from apps.org.actors import Actor
from apps.org.scope import the_visible
from apps.staff.actions.rights import must, must_be_anothers, speaks_for
from apps.staff.models import ItemScore, ScoreItem, ScoreSheet
from apps.staff.models.sheet import EXTRA
from apps.staff.rules.attendance import RULES, attendance_score
from apps.staff.rules.scores import FULL, MOST_EXTRA
from apps.staff.scope import SCORE
from apps.staff.workflows.score_sheet import SheetState

SCORED = "staff.itemscore.score"
LONGEST_COMMENT, MOST_TIMES = 200, 99
NOT_OPEN = _("This sheet is not open for scores any more; nothing was changed.")
WHY_OVERRULED = _("Say why “%(item)s” gets another score than the events give.")
Part = ItemScore.Part


@dataclass(frozen=True, slots=True)
class Given:
    """One score as somebody gives it, 0 to 100, and why."""

    score: Decimal
    comment: str = ""


@transaction.atomic
def score_items(sheet_pk: int, given: Mapping[int, Given], *, part: str, by: Actor) -> int:
    """Write down scores of one voice for some items of a sheet; a later score of the same voice replaces the earlier.

    part: "committee" for a member's own scores, "self" for the employee's (HR writes it for people without a log-in).
    Returns how many changed. Raises NotFound for a foreign sheet or item, NotAllowed, Conflict once the sheet is not
    open, Invalid for a score outside 0 to 100 or an event item without a reason. Rules: STF-71, AMB-32.
    """
    sheet = held_sheet(sheet_pk, by)
    _check_voice(sheet, part, by)
    items = {item.pk: item for item in ScoreItem.objects.filter(template=sheet.template_id, pk__in=given)}
    if len(items) != len(given):
        raise NotFound(_("This item is not on the sheet."))
    member = by.id if part == Part.COMMITTEE else None
    known = {row.item_id: row for row in ItemScore.objects.filter(sheet=sheet, part=part, member_id=member)}
    evented = _evented(sheet) if part == Part.COMMITTEE else set()
    rows = []
    for pk, one in given.items():
        row = ItemScore(
            sheet=sheet, item=items[pk], part=part, member_id=member, written_by_id=by.id,
            score=_checked(one.score), comment=one.comment.strip()[:LONGEST_COMMENT],
        )  # fmt: skip
        if pk in evented and not row.comment:
            raise Invalid(filled(WHY_OVERRULED, item=items[pk].name), code="reason_missing")
        before = known.get(pk)
        if before is None or (before.score, before.comment) != (row.score, row.comment):
            rows.append(row)
    _write(rows, by)
    return len(rows)


@transaction.atomic
def note_attendance(sheet_pk: int, counts: Mapping[str, int], *, by: Actor) -> ItemScore:
    """Write down how often somebody was late, absent or did not answer; days of leave come from absences.

    Raises NotFound, NotAllowed, Conflict once the sheet is not open, Invalid for a sheet without such an item or for
    what is no count. Rules: STF-67 to STF-70.
    """
    sheet = held_sheet(sheet_pk, by)
    if not by.may("staff.keep_sheets"):
        must(by, SCORE)
    must_be_anothers(sheet, by)
    rule = RULES.get(sheet.template.attendance)
    item = ScoreItem.objects.filter(template=sheet.template_id, source=ScoreItem.Source.ATTENDANCE).first()
    if rule is None or item is None:
        raise Invalid(_("This sheet has no attendance item."))
    if not counts.keys() <= rule.costs.keys() or not all(0 <= count <= MOST_TIMES for count in counts.values()):
        raise Invalid(_("A count is a whole number from 0 to 99."), code="not_a_count")
    known = ItemScore.objects.filter(sheet=sheet, item=item, part=Part.EVENT).first()
    facts: dict[str, Any] = {**(known.facts if known else {}), **counts}
    row = ItemScore(
        sheet=sheet, item=item, part=Part.EVENT, written_by_id=by.id, score=attendance_score(facts, rule), facts=facts
    )
    _write([row], by)
    return row


@transaction.atomic
def set_extra(sheet_pk: int, points: Decimal, *, what_for: str, by: Actor) -> ScoreSheet:
    """Give points for voluntary tasks, 0 to 20, with what they are for.

    Raises NotFound, NotAllowed, Conflict once the sheet is not open, Invalid. Rules: STF-72, STF-100, AMB-34.
    """
    sheet = held_sheet(sheet_pk, by)
    must(by, SCORE)
    must_be_anothers(sheet, by)
    if not points.is_finite() or not 0 <= points <= MOST_EXTRA or rounded(points) != points:
        raise Invalid(_("Extra points lie between 0 and 20, with two places at most."), code="out_of_range")
    text = what_for.strip()[:LONGEST_COMMENT] if points else ""
    if points and not text:
        raise Invalid(_("Say what the extra points are for."), code="reason_missing")
    if (sheet.extra, sheet.extra_for) != (points, text):
        with signed(EXTRA, by=by, reason=text):
            ScoreSheet.objects.filter(pk=sheet.pk).update(extra=points, extra_for=text)
        sheet.refresh_from_db(fields=["extra", "extra_for"])
    return sheet


def held_sheet(pk: int, by: Actor, *, is_open: bool = True) -> ScoreSheet:
    """The sheet, locked until the transaction ends. Raises NotFound for a foreign one, Conflict when it is not open."""
    the_visible(ScoreSheet.objects.all(), by, pk=pk)
    sheet = ScoreSheet.objects.filter(pk=pk).locked().select_related("employee", "template").get()
    if is_open and sheet.state != SheetState.OPEN:
        raise Conflict(NOT_OPEN, code="not_open")
    return sheet


def _check_voice(sheet: ScoreSheet, part: str, by: Actor) -> None:
    if part == Part.COMMITTEE:
        must(by, SCORE)
        must_be_anothers(sheet, by)
    elif part != Part.SELF or not speaks_for(sheet, by):
        raise NotAllowed(_("Only the employee assesses their own month."), code="not_own")


def _evented(sheet: ScoreSheet) -> set[int]:
    """The items of the sheet that events score."""
    return set(ItemScore.objects.filter(sheet=sheet, part=Part.EVENT).values_list("item_id", flat=True))


def _checked(score: Decimal) -> Decimal:
    if not score.is_finite() or not 0 <= score <= FULL or rounded(score) != score:
        raise Invalid(_("A score lies between 0 and 100, with two places at most."), code="out_of_range")
    return score


def _write(rows: list[ItemScore], by: Actor) -> None:
    with signed(SCORED, by=by):
        ItemScore.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["sheet", "item", "part", "member"],
            update_fields=["score", "comment", "facts", "written_by", "scored_at"],
        )
