"""The bill: one file of one account for one period."""

import datetime as dt
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.calendar import ONE_DAY
from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.files.models import StoredFile
from apps.finance.models.account import Channel
from apps.finance.workflows.bill import IN_THE_BOOKS, SET_ASIDE, BillState, BillWorkflow
from apps.jobs.models import Job
from apps.org.models import Store, User
from apps.org.scope import StoreScope
from apps.workflow.triggers import machine


def _sum(label: object) -> "models.DecimalField[Any, Any]":
    return models.DecimalField(label, max_digits=14, decimal_places=2, null=True, editable=False)  # type: ignore[arg-type]  # lazy label


@tracked()
@machine(initial=BillState.RECEIVED)
class Bill(BillWorkflow):
    """What a payment service says about one account and period, in CNY.

    The same bytes are one bill per store, unless it was refused or discarded; of one account no two bills in the books
    overlap. period: whole days, the last one excluded; None until the file was checked. outgo_amount is negative.
    """

    store = models.ForeignKey(Store, models.PROTECT, related_name="bills", verbose_name=_("store"))
    channel = models.CharField(_("payment service"), max_length=20, choices=Channel.choices, default=Channel.ALIPAY)
    account_number = models.CharField(_("account"), max_length=40, blank=True, editable=False)
    period: Any = DateRangeField(_("period"), null=True, editable=False)  # type: ignore[misc]  # the stubs know no empty range
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    name = models.CharField(_("file name"), max_length=200)
    sha256 = models.BinaryField(max_length=32, editable=False)
    rows = models.PositiveIntegerField(_("lines"), null=True, editable=False)
    income_amount = _sum(_("received"))
    outgo_amount = _sum(_("paid out"))
    opening_balance = _sum(_("balance before"))
    closing_balance = _sum(_("balance after"))
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("uploaded by"))
    received_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    check_job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+", editable=False)
    import_job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+", editable=False)

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(store="store_id")

    class Meta:
        verbose_name = _("bill")
        verbose_name_plural = _("bills")
        ordering = ["-received_at", "-pk"]
        default_permissions = ("view", "add")
        permissions = [("run_bill", "May import a checked bill")]
        constraints = [
            ExclusionConstraint(
                name="no_two_bills_of_an_account_overlap",
                expressions=[
                    ("channel", RangeOperators.EQUAL),
                    ("account_number", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=IN_THE_BOOKS),
            ),
            models.UniqueConstraint(
                fields=["store", "sha256"], condition=~Q(state__in=SET_ASIDE), name="same_bill_once_per_store"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=IN_THE_BOOKS) | Q(period__isnull=False, account_number__gt=""),
                name="a_bill_in_the_books_has_a_period",
            ),
        ]
        indexes = [models.Index(fields=["store", "-received_at"], name="bills_by_store")]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def first_day(self) -> dt.date | None:
        """Of its period."""
        return self.period.lower if self.period else None

    @property
    def last_day(self) -> dt.date | None:
        """Of its period, included."""
        return self.period.upper - ONE_DAY if self.period else None
