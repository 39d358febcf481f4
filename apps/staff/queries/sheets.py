"""A sheet as it is read: every item with its voices, and what they come to."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.core.money import rounded
from apps.parameters.queries import value_of
from apps.staff.models import CoefficientBand, ItemScore, ScoreItem, ScoreSheet
from apps.staff.parameters import COMMITTEE_PART
from apps.staff.rules.months import last_day
from apps.staff.rules.scores import Band, Mark, final_score, sheet_score
from apps.staff.workflows.score_sheet import COMMITTEE_PARTS

Part = ItemScore.Part


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item with its voices. event: what events say. members: one score of each member. own: the self-assessment."""

    item: ScoreItem
    event: ItemScore | None
    members: tuple[ItemScore, ...]
    own: ItemScore | None

    @property
    def is_overruled(self) -> bool:
        """Whether the committee put its own score in the place of what events say."""
        return self.event is not None and bool(self.members)

    @property
    def committee(self) -> Decimal | None:
        """What counts for the committee: its members' mean, else what events say; None while nobody has scored it."""
        if self.members:
            return rounded(sum((row.score for row in self.members), Decimal(0)) / len(self.members))
        return self.event.score if self.event else None

    @property
    def self_score(self) -> Decimal | None:
        """The self-assessment."""
        return self.own.score if self.own else None

    def of_member(self, user_id: int | None) -> ItemScore | None:
        """What this member of the committee gave."""
        return next((row for row in self.members if row.member_id == user_id), None)


@dataclass(frozen=True, slots=True)
class Results:
    """What the scores come to so far. final: only when every item has both voices."""

    committee: Decimal | None
    self_score: Decimal | None
    final: Decimal | None
    items: int
    by_committee: int
    by_self: int

    @property
    def is_complete(self) -> bool:
        """Whether both voices have scored every item."""
        return self.items == self.by_committee == self.by_self > 0


def lines_of(sheet: ScoreSheet) -> list[ItemLine]:
    """Every item of the sheet in its place; two statements."""
    voices: dict[int, list[ItemScore]] = {}
    for row in ItemScore.objects.filter(sheet=sheet).select_related("member", "written_by").order_by("pk"):
        voices.setdefault(row.item_id, []).append(row)
    items = ScoreItem.objects.filter(template=sheet.template_id).order_by("place")
    return [line_of(item, voices.get(item.pk, [])) for item in items]


def line_of(item: ScoreItem, rows: list[ItemScore]) -> ItemLine:
    """An item with the voices that were given on it, in any order."""
    by_part = {row.part: row for row in rows}
    members = tuple(row for row in rows if row.part == Part.COMMITTEE)
    return ItemLine(item, by_part.get(Part.EVENT), members, by_part.get(Part.SELF))


def results_of(
    sheet: ScoreSheet,
    lines: list[ItemLine],
    *,
    committee: Mapping[int, Decimal] | None = None,
    own: Mapping[int, Decimal] | None = None,
    extra: Decimal | None = None,
) -> Results:
    """What the lines come to, over the items that have a score; the final score once all have both.

    committee, own: item → a score that is typed but not saved yet, for the total beside the form.
    """
    said = [(line.item, (committee or {}).get(line.item.pk, line.committee)) for line in lines]
    felt = [(line.item, (own or {}).get(line.item.pk, line.self_score)) for line in lines]
    by_committee = [Mark(item.weight, score) for item, score in said if score is not None]
    by_self = [Mark(item.weight, score) for item, score in felt if score is not None]
    first = sheet_score(by_committee) if by_committee else None
    second = sheet_score(by_self) if by_self else None
    final = None
    if first is not None and second is not None and len(by_committee) == len(by_self) == len(lines):
        share = value_of(COMMITTEE_PART, on=last_day(sheet.month))
        final = final_score(first, second, sheet.extra if extra is None else extra, share=share)
    return Results(first, second, final, len(lines), len(by_committee), len(by_self))


def with_progress(sheets: "QuerySet[ScoreSheet]") -> "QuerySet[ScoreSheet]":
    """Each sheet with `items`, `by_committee` and `by_self`: how many items there are and how many each voice scored."""
    items = ScoreItem.objects.filter(template=OuterRef("template")).order_by().values("template")
    scores = ItemScore.objects.filter(sheet=OuterRef("pk")).order_by().values("sheet")
    count = Count("item", distinct=True)
    return sheets.annotate(
        items=Coalesce(Subquery(items.annotate(n=Count("pk")).values("n")), 0),
        by_committee=Coalesce(Subquery(scores.filter(part__in=COMMITTEE_PARTS).annotate(n=count).values("n")), 0),
        by_self=Coalesce(Subquery(scores.filter(part=Part.SELF).annotate(n=count).values("n")), 0),
    )


def bands_of(month: dt.date) -> list[Band]:
    """The table of coefficients that holds on the last day of a month."""
    rows = CoefficientBand.objects.filter(effective_from__lte=last_day(month))
    latest = rows.order_by("-effective_from").values("effective_from")[:1]
    table = CoefficientBand.objects.filter(effective_from=Subquery(latest)).values_list("from_score", "coefficient")
    return [Band(*row) for row in table]
