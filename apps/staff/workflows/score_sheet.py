"""The score sheet: open for scores, scored, closed. What is paid by it starts when it is closed."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from apps.core.calendar import today
from apps.core.speech import filled
from apps.staff.rules.months import month_of, next_month
from apps.workflow.base import Condition, Workflow, guard, rows_of, verb
from apps.workflow.fields import StateField


class SheetState(models.TextChoices):
    """Scores come in, all are in, nothing changes any more."""

    OPEN = "open", _("Open for scores")
    SCORED = "scored", _("Scored")
    CLOSED = "closed", _("Closed")


COMMITTEE_PARTS = ["committee", "event"]


def _next_month() -> str:
    """The first day after the running month, as whoever reads it has it: a guard's sentence outlives many months."""
    return f"{next_month(today()):%Y-%m-%d}"


MONTH_NOT_OVER = filled(
    _(
        "The month is not over yet. This is possible from %(day)s on; for somebody who leaves before, from the day after "
        "their last one."
    ),
    day=lazy(_next_month, str)(),
)


@guard(MONTH_NOT_OVER)
def month_is_over() -> Condition:
    """Everything that the month is judged and paid by has happened; for a leaver it has with the last day (STF-71)."""
    return Q(month__lt=month_of(today())) | Q(employee__left_on__lt=today())


def _unscored(parts: list[str]) -> Condition:
    """An item of the sheet's template that nobody has scored in one of these parts."""
    scores = rows_of("staff.ItemScore").filter(item=OuterRef("pk"), sheet=OuterRef(OuterRef("pk")), part__in=parts)
    return Exists(rows_of("staff.ScoreItem").filter(Q(~Exists(scores)), template=OuterRef("template")))


@guard(_("The committee has not scored every item yet."))
def every_item_has_a_committee_score() -> Condition:
    """Each item has a committee member's score, or one from events (STF-71)."""
    return ~_unscored(COMMITTEE_PARTS)


@guard(_("The self-assessment is not complete yet."))
def every_item_has_a_self_score() -> Condition:
    """Each item has a score of the employee's own (STF-71)."""
    return ~_unscored(["self"])


class ScoreSheetWorkflow(Workflow):
    """The machine and the moments it stamps."""

    state = StateField(_("state"), default=SheetState.OPEN, choices=SheetState.choices)
    scored_at = models.DateTimeField(_("scored at"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)

    class Meta:
        abstract = True

    @transition(
        state,
        source=SheetState.OPEN,
        target=SheetState.SCORED,
        conditions=[month_is_over, every_item_has_a_committee_score, every_item_has_a_self_score],
        permission="staff.finish_sheet",
        custom=verb(_("Finish scoring"), stamps=["scored_at"], tone="primary"),
    )
    def finish(self) -> None:
        """Both voices are in; the final score is worked out. Rules: STF-71, STF-72."""

    @transition(
        state,
        source=SheetState.SCORED,
        target=SheetState.CLOSED,
        conditions=[month_is_over],
        permission="staff.keep_sheets",
        custom=verb(_("Close"), stamps=["closed_at"], tone="primary"),
    )
    def close(self) -> None:
        """HR closes the month for this person; the coefficient is fixed. Rule: STF-73."""

    @transition(
        state,
        source=[SheetState.SCORED, SheetState.CLOSED],
        target=SheetState.OPEN,
        permission="staff.keep_sheets",
        custom=verb(_("Open again"), needs_reason=True),
    )
    def reopen(self) -> None:
        """Something was wrong; everybody may score again. What was paid stays written down until it is replaced."""
