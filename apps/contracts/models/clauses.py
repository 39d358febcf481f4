"""What a contract says about money and prices, each clause true for a range of days; two of one kind never at once.

A clause is not edited: its days are cut short and a new one begins. Statements name the clauses that they were worked
out with.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.contracts.models.contract import Contract
from apps.contracts.rules.readings import PenaltyReading, ReceiptsReading, TierReading
from apps.core.calendar import ONE_DAY
from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.org.models import Store, User
from apps.workflow.triggers import frozen

CLAUSE_VERB = "contracts.contract.change_clause"
# As the parameter: a price of which more must remain would have no floor that anybody could pay.
HIGHEST_MARGIN = Decimal("0.95")


def yuan(label: Any, **options: Any) -> Any:
    """A column of yuan and cents."""
    return models.DecimalField(label, max_digits=14, decimal_places=2, **options)


def fraction(label: Any, **options: Any) -> Any:
    """A column of a rate as a fraction; 0.1000 is 10 %."""
    return models.DecimalField(label, max_digits=6, decimal_places=4, **options)


class Clause(models.Model):
    """What every clause has: its contract, its days, who set it and why."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="%(class)ss", verbose_name=_("contract"))
    days = DateRangeField(_("from – until"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    set_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("set by"))
    set_at = models.DateTimeField(_("set at"), auto_now_add=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        abstract = True
        default_permissions = ()
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} · {self.contract}"

    @property
    def last_day(self) -> dt.date | None:
        """The last day on which it holds; None for an open end."""
        return self.days.upper - ONE_DAY if self.days.upper else None


def _one_at_a_time(name: str) -> ExclusionConstraint:
    return ExclusionConstraint(
        name=name, expressions=[("contract", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS)]
    )


def _set_once(*columns: str) -> list[Any]:
    return [
        frozen(["contract_id", "days", *columns], unless={CLAUSE_VERB: ["days"]}),
        pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
    ]


@tracked(births=True)
class BaseFeeClause(Clause):
    """The basic service fee (CON-36, CON-38). months: counted from the contract's effective day."""

    monthly_amount = yuan(_("fee per month"))
    months = models.PositiveSmallIntegerField(_("for the first months"))
    returned_below = yuan(_("given back below receipts of"), null=True, blank=True)

    class Meta(Clause.Meta):
        verbose_name = _("base fee")
        verbose_name_plural = _("base fees")
        constraints = [
            _one_at_a_time("one_base_fee_at_a_time"),
            models.CheckConstraint(condition=Q(monthly_amount__gte=0), name="base_fee_not_negative"),
        ]
        triggers = _set_once("monthly_amount", "months", "returned_below")


@tracked(births=True)
class ScaleClause(Clause):
    """How commission is counted (CON-37, CON-39, CON-40, CON-42). gate: below these receipts of the year there is none."""

    gate = yuan(_("no commission below"))
    tier_reading = models.CharField(
        _("tiers"), max_length=20, choices=TierReading.choices, default=TierReading.MARGINAL
    )
    receipts_reading = models.CharField(
        _("what counts"), max_length=20, choices=ReceiptsReading.choices, default=ReceiptsReading.NET
    )

    class Meta(Clause.Meta):
        verbose_name = _("commission scale")
        verbose_name_plural = _("commission scales")
        constraints = [
            _one_at_a_time("one_scale_at_a_time"),
            models.CheckConstraint(condition=Q(gate__gte=0), name="gate_not_negative"),
        ]
        triggers = _set_once("gate", "tier_reading", "receipts_reading")


class Tier(models.Model):
    """One step of a scale: above this sum of receipts the rate applies. Written with its scale, never changed."""

    scale = models.ForeignKey(ScaleClause, models.PROTECT, related_name="tiers", verbose_name=_("commission scale"))
    lower_bound = yuan(_("above receipts of"))
    rate = fraction(_("rate"))

    class Meta:
        verbose_name = _("tier")
        verbose_name_plural = _("tiers")
        default_permissions = ()
        ordering = ["scale", "lower_bound"]
        constraints = [
            models.UniqueConstraint(fields=["scale", "lower_bound"], name="one_tier_per_bound"),
            models.CheckConstraint(condition=Q(lower_bound__gte=0), name="tier_bound_not_negative"),
            models.CheckConstraint(condition=Q(rate__gte=0, rate__lte=1), name="tier_rate_is_a_fraction"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.lower_bound:f}: {self.rate:f}"


@tracked(births=True)
class LumpSumClause(Clause):
    """Commission paid in one sum when the year's receipts reach an amount (CON-41), so many working days later."""

    at_amount = yuan(_("when receipts reach"))
    working_days = models.PositiveSmallIntegerField(_("to be paid within working days"), default=5)

    class Meta(Clause.Meta):
        verbose_name = _("milestone payment")
        verbose_name_plural = _("milestone payments")
        constraints = [
            _one_at_a_time("one_lump_sum_at_a_time"),
            models.CheckConstraint(condition=Q(at_amount__gt=0), name="lump_sum_amount_positive"),
        ]
        triggers = _set_once("at_amount", "working_days")


@tracked(births=True)
class DueClause(Clause):
    """When a month's settlement is due, and what it costs to be late (CON-44, CON-45)."""

    due_day = models.PositiveSmallIntegerField(_("due on day of the next month"), default=10)
    grace_days = models.PositiveSmallIntegerField(_("days of grace"), default=10)
    daily_rate = fraction(_("penalty per day"))
    penalty_reading = models.CharField(
        _("penalty counts"), max_length=20, choices=PenaltyReading.choices, default=PenaltyReading.AFTER_GRACE
    )

    class Meta(Clause.Meta):
        verbose_name = _("due date and penalty")
        verbose_name_plural = _("due dates and penalties")
        constraints = [
            _one_at_a_time("one_due_clause_at_a_time"),
            models.CheckConstraint(condition=Q(due_day__gte=1, due_day__lte=31), name="due_day_is_a_day"),
            models.CheckConstraint(
                condition=Q(daily_rate__gte=0, daily_rate__lte=1), name="penalty_rate_is_a_fraction"
            ),
        ]
        triggers = _set_once("due_day", "grace_days", "daily_rate", "penalty_reading")


@tracked(births=True)
class PriceClause(Clause):
    """What was agreed about the prices in the contract's stores (LST-20, LST-24, LST-76); null: the parameters hold.

    asks_client: each change of a price needs the client's word. band: ± fraction of the list price in reference_store,
    0 for no band. lowest_margin: a fraction of the price.
    """

    asks_client = models.BooleanField(_("the client confirms every price change"), default=True)
    band = fraction(_("price band"), null=True, blank=True)
    reference_store = models.ForeignKey(
        Store, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reference store")
    )
    lowest_margin = fraction(_("lowest margin"), null=True, blank=True)

    class Meta(Clause.Meta):
        verbose_name = _("prices")
        verbose_name_plural = _("prices")
        constraints = [
            _one_at_a_time("one_price_clause_at_a_time"),
            models.CheckConstraint(condition=Q(band__gte=0, band__lte=1), name="price_band_is_a_fraction"),
            models.CheckConstraint(
                condition=Q(lowest_margin__gte=0, lowest_margin__lte=HIGHEST_MARGIN), name="lowest_margin_is_a_fraction"
            ),
        ]
        triggers = _set_once("asks_client", "band", "reference_store_id", "lowest_margin")
