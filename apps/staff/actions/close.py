"""Finish the scoring of a sheet, close it, open it again; tell somebody when months run below the limit."""

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid
from apps.org.actors import Actor
from apps.org.scope import visible
from apps.staff.actions.alert import tell_of_low_months
from apps.staff.actions.rights import must, must_be_anothers, of_others
from apps.staff.actions.score import held_sheet
from apps.staff.models import ScoreSheet
from apps.staff.models.sheet import RESULTS
from apps.staff.queries.sheets import bands_of, lines_of, results_of
from apps.staff.rules.scores import Band, coefficient_for
from apps.staff.workflows.score_sheet import SheetState
from apps.workflow.move import Moved, move, move_many


@transaction.atomic
def finish_sheet(pk: int, *, by: Actor) -> ScoreSheet:
    """Both voices have scored every item: work out the final score.

    Raises NotFound, NotAllowed without the right or for one's own sheet, IllegalMove while a score is missing. Rules:
    STF-71, STF-72, AMB-33, AMB-34.
    """
    sheet = held_sheet(pk, by, is_open=False)
    must(by, "staff.finish_sheet")
    must_be_anothers(sheet, by)
    found = results_of(sheet, lines_of(sheet))
    move(sheet.finish, by=by, also=dict(zip(RESULTS, (found.committee, found.self_score, found.final), strict=True)))
    return sheet


@transaction.atomic
def close_sheet(pk: int, *, by: Actor) -> ScoreSheet:
    """Fix the coefficient of a scored sheet and close it. Raises NotFound, NotAllowed, IllegalMove. Rule: STF-73."""
    sheet = held_sheet(pk, by, is_open=False)
    must_be_anothers(sheet, by)
    score = sheet.final_score
    coefficient = None if score is None else _coefficient(score, bands_of(sheet.month))
    move(sheet.close, by=by, also={"coefficient": coefficient})
    tell_of_low_months(sheet.month, [sheet.employee_id])
    return sheet


@transaction.atomic
def close_month(month: dt.date, *, by: Actor) -> Moved:
    """Close every scored sheet of a month but one's own; open ones stay open. Raises NotAllowed. Rule: STF-73.

    One move for each coefficient, whatever the number of sheets.
    """
    must(by, "staff.keep_sheets")
    mine = of_others(visible(ScoreSheet.objects.filter(month=month, state=SheetState.SCORED), by), by)
    ready = list(ScoreSheet.objects.filter(pk__in=mine.values("pk")).locked())
    bands = bands_of(month)
    groups: dict[Decimal, list[int]] = {}
    for sheet in ready:
        groups.setdefault(_coefficient(sheet.final_score or Decimal(0), bands), []).append(sheet.pk)
    result = Moved()
    for coefficient, keys in groups.items():
        sheets = ScoreSheet.objects.filter(pk__in=keys)
        moved = move_many(sheets, ScoreSheet.close, by=by, also={"coefficient": coefficient})
        result.done.extend(moved.done)
        result.refused.update(moved.refused)
    done = set(result.done)
    tell_of_low_months(month, [sheet.employee_id for sheet in ready if sheet.pk in done])
    return result


@transaction.atomic
def reopen_sheet(pk: int, *, reason: str, by: Actor) -> ScoreSheet:
    """Let everybody score again, because something was wrong. Raises NotFound, NotAllowed, Invalid, IllegalMove."""
    sheet = held_sheet(pk, by, is_open=False)
    must_be_anothers(sheet, by)
    move(sheet.reopen, by=by, reason=reason, also=dict.fromkeys([*RESULTS, "coefficient"]))
    return sheet


def _coefficient(score: Decimal, bands: list[Band]) -> Decimal:
    try:
        return coefficient_for(score, bands)
    except ValueError as error:
        raise Invalid(
            _("The table of coefficients does not reach down to this score."), code="no_coefficient"
        ) from error
