"""The monthly settlement statement, its rows receipt by receipt, and the lump sum of a year."""

import datetime as dt
from decimal import Decimal

import pgtrigger
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.contracts.models.clauses import LumpSumClause, yuan
from apps.contracts.models.contract import Contract
from apps.contracts.rules.due import late_after
from apps.contracts.scope import ContractScope
from apps.contracts.workflows.statement import StatementState, StatementWorkflow
from apps.core.calendar import business_day
from apps.core.fields import WholeField
from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.finance.models import Receipt
from apps.org.models import User
from apps.workflow.triggers import frozen, machine

DRAFT_VERB = "contracts.settlementstatement.draft"
INVOICE_VERB = "contracts.settlementstatement.invoice"
# What is worked out; only drafting writes it.
FIGURES = [
    "terms", "terms_digest", "input_print", "received_amount", "refunded_amount", "counted_amount", "cumulative_before",
    "cumulative_after", "commission_before", "commission_after", "commission_amount", "lump_amount", "base_fee_amount",
    "credit_amount", "total_amount", "due_on", "row_count", "drafted_at", "drafted_by_id",
]  # fmt: skip
INVOICE = ["invoice_number", "invoiced_on"]
GIVEN_ONCE = ["number", "contract_id", "month"]


class Answer(models.TextChoices):
    """How the client's answer came."""

    LINK = "link", _("Over the signed link")
    WRITING = "writing", _("In writing")
    SILENCE = "silence", _("No answer in time")


@tracked(exclude=["terms"])
@machine(initial=StatementState.DRAFT)
class SettlementStatement(StatementWorkflow):
    """What a client owes for one month of one contract (CON-43, CON-44).

    month: its first day. terms: the clauses it was worked out with, as they were; terms_digest proves it. input_print:
    which receipts went in. cumulative_before, cumulative_after: the settlement year's receipts without and with this
    month; commission_before and commission_after: what is due on them. commission_amount: their difference, of which
    lump_amount is due on its own day (CON-41). total_amount = commission + base fee − credit; negative in the client's
    favour. revision: counts up each time it is approved again. invoice_number: of the invoice that both parties checked
    the month for (CON-43), empty until it is written down.
    """

    number = models.CharField(_("statement number"), max_length=30, unique=True)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="statements", verbose_name=_("contract"))
    month = models.DateField(_("month"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=0, editable=False)
    terms = models.JSONField(editable=False)
    terms_digest = models.CharField(max_length=64, editable=False)
    input_print = models.CharField(max_length=80, editable=False)
    received_amount = yuan(_("received"))
    refunded_amount = yuan(_("refunded"))
    counted_amount = yuan(_("receipts that count"))
    cumulative_before = yuan(_("receipts of the year before"))
    cumulative_after = yuan(_("receipts of the year after"))
    commission_before = yuan(_("commission of the year before"))
    commission_after = yuan(_("commission of the year after"))
    commission_amount = yuan(_("commission"))
    lump_amount = yuan(_("of which milestone payment"))
    base_fee_amount = yuan(_("base fee"))
    credit_amount = yuan(_("base fee given back"))
    total_amount = yuan(_("total"))
    due_on = models.DateField(_("due on"))
    row_count = models.PositiveIntegerField(_("receipts"), editable=False)
    # Of the same clock as the history, whose first change may be in the same transaction.
    drafted_at = models.DateTimeField(_("worked out at"), db_default=TransactionNow(), editable=False)
    drafted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("worked out by"))
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("submitted by"))
    answer_until = models.DateField(_("answer until"), null=True, editable=False)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices, blank=True)
    answered_by = models.CharField(_("answered by"), max_length=80, blank=True)
    objection = models.CharField(_("objection"), max_length=500, blank=True)
    invoice_number = models.CharField(_("invoice number"), max_length=40, blank=True, editable=False)
    invoiced_on = models.DateField(_("invoiced on"), null=True, editable=False)
    paid_on = models.DateField(_("paid on"), null=True, editable=False)
    penalty_amount = yuan(_("penalty"), null=True, editable=False)

    objects = HouseQuerySet.as_manager()
    scope = ContractScope(contract="contract_id")

    class Meta:
        verbose_name = _("settlement statement")
        verbose_name_plural = _("settlement statements")
        ordering = ["-month", "-pk"]
        default_permissions = ("view",)
        permissions = [
            ("draft_statement", "May work out statements and submit them"),
            ("send_statement", "May send statements to clients"),
            ("record_answer", "May record a client's answer"),
            ("pay_statement", "May record statements as paid"),
            ("export_statement", "May export statements and their rows"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["contract", "month"], name="one_statement_per_contract_and_month"),
            models.UniqueConstraint(
                fields=["invoice_number"], condition=~Q(invoice_number=""), name="one_statement_per_invoice"
            ),
            models.CheckConstraint(
                condition=Q(invoice_number="", invoiced_on__isnull=True)
                | (~Q(invoice_number="") & Q(invoiced_on__isnull=False)),
                name="an_invoice_has_a_number_and_a_day",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="a_statement_month_is_its_first_day"),
            models.CheckConstraint(
                condition=Q(total_amount=F("commission_amount") + F("base_fee_amount") - F("credit_amount")),
                name="a_statement_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(commission_amount=F("commission_after") - F("commission_before")),
                name="a_month_is_a_difference_of_two",
            ),
        ]
        indexes = [models.Index(fields=["state", "-month"], name="statements_by_state")]
        triggers = [
            frozen([*GIVEN_ONCE, *FIGURES, *INVOICE], unless={DRAFT_VERB: FIGURES, INVOICE_VERB: INVOICE}),
            pgtrigger.Trigger(
                name="figures_only_while_draft",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("input_print", "total_amount", "terms"),
                condition=pgtrigger.Condition("OLD.state <> 'draft'"),
                func="""
                    RAISE EXCEPTION 'a statement is worked out only while it is a draft' USING ERRCODE = 'check_violation';
                """,
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def late_after(self) -> dt.date:
        """The day after which the client is late with this statement (CON-45)."""
        return late_after(self.due_on, business_day(self.sent_at) if self.sent_at else None)


def _rows_go_with_drafts() -> pgtrigger.Trigger:
    """Rows go only with the draft that they explain; asked once a statement, not once a row."""
    func = """
        IF EXISTS (
            SELECT FROM contracts_settlementstatement s
            WHERE s.id IN (SELECT DISTINCT statement_id FROM touched) AND s.state <> 'draft'
        ) THEN
            RAISE EXCEPTION 'the rows of a statement change only while it is a draft' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    """
    return pgtrigger.Trigger(
        name="rows_of_drafts_gone",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Delete,
        referencing=pgtrigger.Referencing(old="touched"),
        func=func,
    )


def _rows_of_something() -> pgtrigger.Trigger:
    """Rows come only with a draft, and what they point to is there; asked once for all rows of an insert.

    Counted and not only asked for, and executed as text: so the planner joins the two tables as large as they are. Asked
    whether there is one at all, it hopes to find one at once and looks each receipt up by itself, five times as long.
    """
    func = """
        EXECUTE $ask$
            SELECT count(*) FILTER (WHERE s.id IS NULL), count(*) FILTER (WHERE s.state <> 'draft')
            FROM (SELECT DISTINCT statement_id AS id FROM touched) t LEFT JOIN contracts_settlementstatement s USING (id)
        $ask$ INTO lost, closed;
        IF lost = 0 THEN
            EXECUTE $ask$
                SELECT count(*) FROM touched t LEFT JOIN finance_receipt r ON r.id = t.receipt_id WHERE r.id IS NULL
            $ask$ INTO lost;
        END IF;
        IF lost = 0 THEN
            EXECUTE $ask$
                SELECT count(*) FROM (SELECT DISTINCT refers_to_id AS id FROM touched WHERE refers_to_id IS NOT NULL) t
                LEFT JOIN contracts_settlementstatement s USING (id) WHERE s.id IS NULL
            $ask$ INTO lost;
        END IF;
        IF lost > 0 THEN
            RAISE EXCEPTION 'a row of a statement points to nothing' USING ERRCODE = 'foreign_key_violation';
        ELSIF closed > 0 THEN
            RAISE EXCEPTION 'the rows of a statement change only while it is a draft' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    """
    return pgtrigger.Trigger(
        name="rows_of_something",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="touched"),
        declare=[("lost", "bigint"), ("closed", "bigint")],
        func=func,
    )


class StatementRow(models.Model):
    """What one receipt brought in one tier; the rows' commission adds up to the statement's, to the cent (M3, M5).

    slice: counts the parts of a receipt from 1, so that no receipt is settled twice (M4). amount: yuan in this part,
    negative for a refund; of a catch-up, earlier yuan of the year. refers_to: the earlier statement in which the order of
    this refund was settled. Its keys are checked once for all rows of an insert (`rows_of_something`): one by one they
    cost more than half of the whole run, and what they point to is never deleted. Rows come by the hundred thousand: they
    have two indexes and no more, and their figures are whole numbers of cents and ten-thousandths in the database.
    """

    pk = models.CompositePrimaryKey("statement_id", "position")
    statement = models.ForeignKey(
        SettlementStatement,
        models.PROTECT,
        related_name="rows",
        db_index=False,
        db_constraint=False,
        verbose_name=_("settlement statement"),
    )
    position = models.PositiveIntegerField(_("No."))
    receipt = models.ForeignKey(
        Receipt, models.PROTECT, related_name="+", db_index=False, db_constraint=False, verbose_name=_("receipt")
    )
    slice = models.PositiveSmallIntegerField(_("part"))
    rate = WholeField(_("rate"), max_digits=6, decimal_places=4)
    amount = WholeField(_("amount"), max_digits=14, decimal_places=2)
    is_catch_up = models.BooleanField(_("catches up on earlier receipts"))
    commission_amount = WholeField(_("commission"), max_digits=14, decimal_places=2)
    refers_to = models.ForeignKey(
        SettlementStatement, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False,
        verbose_name=_("settled in"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("statement line")
        verbose_name_plural = _("statement lines")
        default_permissions = ()
        ordering = ["statement", "position"]
        constraints = [models.UniqueConstraint(fields=["receipt", "slice"], name="no_receipt_is_settled_twice")]
        triggers = [
            _rows_go_with_drafts(),
            _rows_of_something(),
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"{self.statement} #{self.position}"

    @property
    def exact_commission(self) -> Decimal:
        """Rate × amount, of which the commission is the share in whole cents."""
        exact: Decimal = self.rate * self.amount
        return exact


@tracked(births=True)
class LumpSumClaim(models.Model):
    """A year's receipts have reached the sum at which commission is paid at once (CON-41, FIN-24); once a year.

    year: the settlement year's first month. amount: the commission due on that sum.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="lump_sums", verbose_name=_("contract"))
    clause = models.ForeignKey(LumpSumClause, models.PROTECT, related_name="+")
    year = models.DateField(_("settlement year"))
    reached_on = models.DateField(_("reached on"))
    amount = yuan(_("amount"))
    due_on = models.DateField(_("due on"))
    paid_on = models.DateField(_("paid on"), null=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by"))

    objects = HouseQuerySet.as_manager()
    scope = ContractScope(contract="contract_id")

    class Meta:
        verbose_name = _("milestone payment due")
        verbose_name_plural = _("milestone payments due")
        default_permissions = ()
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["contract", "year"], name="one_lump_sum_per_contract_and_year")]
        triggers = [
            frozen(["contract_id", "clause_id", "year", "reached_on", "amount", "due_on"]),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.contract} {self.year:%Y-%m}"
