"""A bill's line: in exactly one of matched, unmatched, disputed, explained or apart (reliability: M2)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from apps.finance.rules.classes import APART
from apps.workflow.base import Condition, Workflow, guard, verb
from apps.workflow.fields import StateField

MATCH_RIGHT = "finance.match_line"


class LineState(models.TextChoices):
    """Matched with an order or refund, explained in words, disputed with somebody, apart by its class, or none of them."""

    UNMATCHED = "unmatched", _("Unmatched")
    MATCHED = "matched", _("Matched")
    EXPLAINED = "explained", _("Explained")
    DISPUTED = "disputed", _("Disputed")
    APART = "apart", _("Fee or transfer")


# What counts as accounted for: each of these lines has its receipt.
BOOKED = [LineState.MATCHED, LineState.EXPLAINED]


@guard(_("It is not a fee or a transfer; match or explain it."))
def stands_apart() -> Condition:
    """A rule has said what it is."""
    return Q(line_class__in=APART)


@guard(_("It is a fee or a transfer; it stays apart from receipts."))
def wants_a_match() -> Condition:
    """It is a sale, a refund, or nobody knows yet."""
    return ~Q(line_class__in=APART)


class BillLineWorkflow(Workflow):
    """The line's machine and the moment it stamps."""

    state = StateField(_("state"), default=LineState.UNMATCHED, choices=LineState.choices)
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)

    class Meta:
        abstract = True

    @transition(
        state,
        source=LineState.UNMATCHED,
        target=LineState.MATCHED,
        conditions=[wants_a_match],
        permission=MATCH_RIGHT,
        custom=verb(_("Match payment"), stamps=["decided_at"], tone="primary"),
    )
    def match(self) -> None:
        """This money belongs to that order or refund. Rule: FIN-21."""

    @transition(
        state,
        source=[LineState.UNMATCHED, LineState.DISPUTED],
        target=LineState.EXPLAINED,
        conditions=[wants_a_match],
        permission=MATCH_RIGHT,
        custom=verb(_("Explain"), stamps=["decided_at"]),
    )
    def explain(self) -> None:
        """It belongs to no order, and its cause is known. Rule: FIN-21."""

    @transition(
        state,
        source=[LineState.UNMATCHED, LineState.APART],
        target=LineState.DISPUTED,
        permission=MATCH_RIGHT,
        custom=verb(_("Dispute"), stamps=["decided_at"], needs_reason=True, tone="danger"),
    )
    def dispute(self) -> None:
        """Somebody outside has to answer for it: the platform, the payment service or the client."""

    @transition(
        state,
        source=[LineState.MATCHED, LineState.EXPLAINED, LineState.DISPUTED],
        target=LineState.UNMATCHED,
        conditions=[wants_a_match],
        permission=MATCH_RIGHT,
        custom=verb(_("Undo"), stamps=["decided_at"], needs_reason=True),
    )
    def undo(self) -> None:
        """The decision was wrong: its receipt is reversed and the line is open again."""

    @transition(
        state,
        source=[LineState.UNMATCHED, LineState.DISPUTED],
        target=LineState.APART,
        conditions=[stands_apart],
        permission=MATCH_RIGHT,
        custom=verb(_("Set apart"), stamps=["decided_at"]),
    )
    def set_apart(self) -> None:
        """It is a fee or an own transfer after all."""
