"""One month of one person, and the scores on it."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.org.models import Employee, User
from apps.staff.models.template import ScoreItem, ScoreTemplate
from apps.staff.models.triggers import scored_while_open
from apps.staff.scope import PeopleScope
from apps.staff.workflows.score_sheet import ScoreSheetWorkflow, SheetState
from apps.workflow.triggers import frozen, machine

RESULTS = ["committee_score", "self_score", "final_score"]
FINISH, CLOSE, REOPEN, EXTRA = (f"staff.scoresheet.{name}" for name in ("finish", "close", "reopen", "extra"))


@tracked()
@machine(initial=SheetState.OPEN)
class ScoreSheet(ScoreSheetWorkflow):
    """How one employee did in one month (STF-71 to STF-73).

    month: its first day. extra: points for voluntary tasks, 0 to 20. The results are written when scoring is finished,
    the coefficient when the sheet is closed; both go when it is opened again.
    """

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="score_sheets", verbose_name=_("employee"))
    month = models.DateField(_("month"))
    template = models.ForeignKey(ScoreTemplate, models.PROTECT, related_name="sheets", verbose_name=_("template"))
    extra = models.DecimalField(_("extra points"), max_digits=4, decimal_places=2, default=0)
    extra_for = models.CharField(_("extra points for"), max_length=200, blank=True)
    committee_score = models.DecimalField(_("committee score"), max_digits=5, decimal_places=2, null=True)
    self_score = models.DecimalField(_("self score"), max_digits=5, decimal_places=2, null=True)
    final_score = models.DecimalField(_("final score"), max_digits=5, decimal_places=2, null=True)
    coefficient = models.DecimalField(_("coefficient"), max_digits=4, decimal_places=2, null=True)
    opened_at = models.DateTimeField(pgettext_lazy("score sheet", "opened at"), auto_now_add=True)

    objects = HouseQuerySet.as_manager()
    scope = PeopleScope(employee="employee__", everybody="staff.see_all_sheets")

    class Meta:
        verbose_name = _("score sheet")
        verbose_name_plural = _("score sheets")
        ordering = ["-month", "employee"]
        default_permissions = ("view",)
        permissions = [
            ("see_all_sheets", "May see everybody's score sheets"),
            ("score_committee", "May score other people's sheets as a member of the committee"),
            ("finish_sheet", "May finish the scoring of a sheet"),
            ("keep_sheets", "May open months, close sheets and open them again"),
            ("export_sheets", "May export score sheets"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["employee", "month"], name="one_score_sheet_per_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="a_month_is_its_first_day"),
            models.CheckConstraint(condition=Q(extra__gte=0, extra__lte=20), name="extra_points_in_range"),
            models.CheckConstraint(condition=Q(extra=0) | ~Q(extra_for=""), name="extra_points_say_what_for"),
            models.CheckConstraint(
                condition=Q(
                    state="open", committee_score__isnull=True, self_score__isnull=True, final_score__isnull=True
                )
                | Q(
                    ~Q(state="open"),
                    committee_score__isnull=False,
                    self_score__isnull=False,
                    final_score__isnull=False,
                ),
                name="a_scored_sheet_has_its_results",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", coefficient__isnull=False)
                | Q(~Q(state="closed"), coefficient__isnull=True),
                name="a_closed_sheet_has_its_coefficient",
            ),
        ]
        indexes = [models.Index(fields=["month", "state"], name="sheets_by_month")]
        triggers = [
            frozen(
                ["employee_id", "month", "template_id", "extra", "extra_for", *RESULTS, "coefficient"],
                unless={
                    FINISH: RESULTS,
                    CLOSE: ["coefficient"],
                    REOPEN: [*RESULTS, "coefficient"],
                    EXTRA: ["extra", "extra_for"],
                },
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.employee.name} {self.month:%Y-%m}"


@tracked()
class ItemScore(models.Model):
    """What one voice says about one item, 0 to 100.

    part: events, a member of the committee, or the employee. member: of the committee whose voice it is. written_by:
    who typed it, HR where the employee handed in a sheet of paper; None for events. facts: what events counted.
    comment: why; a committee score on an item that events score needs one.
    """

    class Part(models.TextChoices):
        EVENT = "event", _("From events")
        COMMITTEE = "committee", _("Committee")
        SELF = "self", _("Self-assessment")

    sheet = models.ForeignKey(ScoreSheet, models.PROTECT, related_name="scores", verbose_name=_("score sheet"))
    item = models.ForeignKey(ScoreItem, models.PROTECT, related_name="+", verbose_name=_("item"))
    part = models.CharField(_("part"), max_length=10, choices=Part.choices)
    member = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("member"))
    written_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("written by"))
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=2)
    comment = models.CharField(_("comment"), max_length=200, blank=True)
    facts = models.JSONField(_("events"), default=dict)
    scored_at = models.DateTimeField(_("scored at"), auto_now=True)

    objects = HouseQuerySet.as_manager()
    scope = PeopleScope(employee="sheet__employee__", everybody="staff.see_all_sheets")

    class Meta:
        verbose_name = _("item score")
        verbose_name_plural = _("item scores")
        ordering = ["sheet", "item", "part", "member"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=100), name="item_score_in_range"),
            # One voice of events, one of the employee whoever typed it, one of each member of the committee.
            models.UniqueConstraint(
                fields=["sheet", "item", "part", "member"], nulls_distinct=False, name="one_score_per_item_and_voice"
            ),
            models.CheckConstraint(
                condition=Q(part="committee", member__isnull=False) | Q(~Q(part="committee"), member__isnull=True),
                name="committee_scores_alone_have_a_member",
            ),
        ]
        triggers = [
            scored_while_open(),
            frozen(["sheet_id", "item_id", "part", "member_id"]),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.score}"
