"""Items that events score: counted for everybody at once, written where a sheet is still open."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from apps.audit.context import signed
from apps.org.actors import Actor
from apps.staff.models import ItemScore, ScoreItem, ScoreSheet
from apps.staff.queries.events import COUNTS, Counted, leave_days
from apps.staff.rules.attendance import LEAVE, RULES, attendance_score
from apps.staff.workflows.score_sheet import SheetState

FEED = "staff.itemscore.feed"
Source = ScoreItem.Source


def feed_events(month: dt.date, *, by: Actor) -> int:
    """Bring the event items of the month's open sheets up to date, inside the caller's transaction. Returns how many changed.

    An item without any event this month stays without a score of its own: the committee scores it. Rules: STF-67,
    STF-68, STF-77, STF-87.
    """
    open_sheets = ScoreSheet.objects.filter(month=month, state=SheetState.OPEN)
    sheets = list(open_sheets.select_related("employee", "template"))
    items = list(
        ScoreItem.objects.filter(template__in={sheet.template_id for sheet in sheets}).exclude(source=Source.MANUAL)
    )
    # Counting takes a while; nobody waits for it, the sheets are held afterwards.
    found = _Found(month, sheets, items)
    held = set(open_sheets.filter(pk__in=[sheet.pk for sheet in sheets]).locked().values_list("pk", flat=True))
    known = {
        (row.sheet_id, row.item_id): row for row in ItemScore.objects.filter(sheet__in=held, part=ItemScore.Part.EVENT)
    }
    rows = [
        row
        for sheet in sheets
        if sheet.pk in held
        for item in items
        if item.template_id == sheet.template_id
        and (row := found.score(sheet, item, known.get((sheet.pk, item.pk)))) is not None
    ]
    with signed(FEED, by=by):
        ItemScore.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["sheet", "item", "part", "member"],
            update_fields=["score", "facts", "scored_at"],
        )
    return len(rows)


class _Found:
    """What the floors below say about a month, asked once for each source that any sheet has."""

    def __init__(self, month: dt.date, sheets: list[ScoreSheet], items: list[ScoreItem]) -> None:
        users = [sheet.employee.user_id for sheet in sheets if sheet.employee.user_id is not None]
        sources = {item.source for item in items}
        self._counted = {source: count(month, users) for source, count in COUNTS.items() if source in sources}
        self._leave: Mapping[int, int] = {}
        if Source.ATTENDANCE in sources:
            self._leave = leave_days(month, [sheet.employee_id for sheet in sheets])

    def score(self, sheet: ScoreSheet, item: ScoreItem, known: ItemScore | None) -> ItemScore | None:
        """The event score as it should be; None when there is none or nothing changed."""
        found = self._attendance(sheet, known) if item.source == Source.ATTENDANCE else self._share(sheet, item)
        if found is None or (known is not None and (known.score, known.facts) == found):
            return None
        score, facts = found
        return ItemScore(sheet=sheet, item=item, part=ItemScore.Part.EVENT, score=score, facts=facts)

    def _share(self, sheet: ScoreSheet, item: ScoreItem) -> tuple[Decimal, dict[str, Any]] | None:
        counted: Counted | None = self._counted.get(item.source, {}).get(sheet.employee.user_id or 0)
        if counted is None or not counted.of:
            return None
        return counted.score, {"done": counted.done, "of": counted.of}

    def _attendance(self, sheet: ScoreSheet, known: ItemScore | None) -> tuple[Decimal, dict[str, Any]] | None:
        """Leave is known from absences; what people noted by hand stays."""
        rule = RULES.get(sheet.template.attendance)
        if rule is None or (not rule.by_day and known is None):
            return None
        facts = dict(known.facts) if known else {}
        if rule.by_day:
            facts[LEAVE] = self._leave.get(sheet.employee_id, 0)
        return attendance_score(facts, rule), facts
