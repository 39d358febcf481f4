"""The contract of an agency operation: with whom, about which stores, from when until when."""

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.contracts.rules.readings import YearReading
from apps.contracts.scope import ContractScope
from apps.contracts.workflows.contract import ContractState, ContractWorkflow
from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.org.models import Client, Store, User
from apps.workflow.triggers import frozen, machine

OPEN_VERB = "contracts.contract.open"
EDIT_VERB = "contracts.contract.edit"


@tracked(births=True)
@machine(initial=ContractState.DRAFT)
class Contract(ContractWorkflow):
    """One agency agreement. What it says about money stands in its clauses, each from a day on.

    until: the last day, null for an open end. year_reading: what the contract calls a natural year (AMB-02). The bank
    account is the company's own, printed on statements (CON-46).
    """

    number = models.CharField(_("contract number"), max_length=40, unique=True)
    client = models.ForeignKey(Client, models.PROTECT, related_name="contracts", verbose_name=_("client"))
    effective_from = models.DateField(_("effective from"))
    until = models.DateField(_("until"), null=True, blank=True)
    year_reading = models.CharField(
        _("natural year"), max_length=20, choices=YearReading.choices, default=YearReading.CALENDAR
    )
    client_contact = models.CharField(_("contact person of the client"), max_length=80, blank=True)
    bank_holder = models.CharField(_("account holder"), max_length=120, blank=True)
    bank_name = models.CharField(_("bank"), max_length=120, blank=True)
    bank_account = models.CharField(_("account number"), max_length=40, blank=True)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("written by"))
    # Of the same clock as the history, whose first change may be in the same transaction.
    opened_at = models.DateTimeField(_("written at"), db_default=TransactionNow(), editable=False)

    objects = HouseQuerySet.as_manager()
    scope = ContractScope()

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        ordering = ["-pk"]
        default_permissions = ("view",)
        permissions = [
            ("keep_contract", "May write contracts and change their clauses"),
            ("activate_contract", "May put contracts in force and end them"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("effective_from")),
                name="no_contract_ends_before_it_begins",
            )
        ]
        triggers = [
            frozen(["number", "client_id", "effective_from", "year_reading"]),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.number


@tracked(births=True)
class ContractStore(models.Model):
    """A store that a contract is about, on these days; a store has one contract at a time (reliability: M4)."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="contract_stores", verbose_name=_("contract"))
    store = models.ForeignKey(Store, models.PROTECT, related_name="contract_stores", verbose_name=_("store"))
    days = DateRangeField(_("from – until"))

    class Meta:
        verbose_name = _("store of a contract")
        verbose_name_plural = _("stores of a contract")
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            ExclusionConstraint(
                name="one_contract_per_store_at_a_time",
                expressions=[("store", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return f"{self.contract} · {self.store}"


@tracked(births=True)
class Opening(models.Model):
    """What a contract had brought in before opsdesk settled it, for a start in the middle of a year.

    first_month: the first month that is settled here; receipts before it are in receipts_amount, as far as they lie in
    the same settlement year. is_lump_paid: the milestone payment of that year was settled before.
    """

    contract = models.OneToOneField(Contract, models.PROTECT, related_name="opening", verbose_name=_("contract"))
    first_month = models.DateField(_("first month settled here"))
    receipts_amount = models.DecimalField(_("receipts of the year before it"), max_digits=14, decimal_places=2)
    is_lump_paid = models.BooleanField(_("lump sum settled before"), default=False)

    class Meta:
        verbose_name = _("opening figures")
        verbose_name_plural = _("opening figures")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(receipts_amount__gte=0), name="opening_receipts_are_not_negative"),
            models.CheckConstraint(condition=Q(first_month__day=1), name="an_opening_month_is_its_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.contract}: {self.first_month:%Y-%m}"


class ContractLook(models.Model):
    """Somebody looked at a contract, which is confidential (CON-53). Append-only."""

    at = models.DateTimeField(_("at"), auto_now_add=True)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="looks", verbose_name=_("contract"))
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("user"))
    user_name = models.CharField(pgettext_lazy("person", "name"), max_length=80)

    class Meta:
        verbose_name = _("look at a contract")
        verbose_name_plural = _("looks at contracts")
        ordering = ["-pk"]
        default_permissions = ("view",)
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.user_name}: {self.contract}"
