"""Decisions that are given and have not taken effect, as the inbox shows them."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.approvals.models import ApprovalRequest, Intention
from apps.approvals.rules.steps import Verdict
from apps.approvals.workflows.intention import IntentionState
from apps.approvals.workflows.request import RequestState
from apps.desk.marks import clock
from apps.org.actors import Actor

MINE: dict[str, str | Promise] = {
    Verdict.APPROVE: _("You have approved this; it takes effect at %(time)s."),
    Verdict.REFUSE: _("You have refused this; it takes effect at %(time)s."),
}
# What the toast says right after the press.
GIVEN: dict[str, str | Promise] = {
    Verdict.APPROVE: _("Approved; takes effect at %(time)s."),
    Verdict.REFUSE: _("Refused; takes effect at %(time)s."),
}
TAKEN_BACK = _("Taken back; nothing is decided.")
THEIRS: dict[str, str | Promise] = {
    Verdict.APPROVE: _("%(name)s has approved this; it takes effect at %(time)s."),
    Verdict.REFUSE: _("%(name)s has refused this; it takes effect at %(time)s."),
}


@dataclass(frozen=True, slots=True)
class Pending:
    """One decision on its way. seconds: how long it may still be taken back, at least."""

    intention: Intention
    seconds: int
    is_mine: bool

    @property
    def sentence(self) -> str:
        """Whose, what, and from when, in the reader's language."""
        row = self.intention
        said = (MINE if self.is_mine else THEIRS)[row.verdict]
        return str(said) % {"name": row.by_name, "time": clock(row.due_at)}

    @property
    def left(self) -> str:
        """The seconds as a clock: 0:42."""
        return f"{self.seconds // 60}:{self.seconds % 60:02d}"


@dataclass(frozen=True, slots=True)
class Undo:
    """What a toast offers to take back: its sentence, and the decisions on their way."""

    sentence: str
    pending: list[Pending]

    @property
    def soonest(self) -> Pending:
        """The first of them that takes effect."""
        return min(self.pending, key=lambda each: each.seconds)


def undo_of(given: Iterable[Intention], by: Actor, sentence: str | Promise = "", **facts: int) -> Undo:
    """The toast for decisions just given. sentence: with `time` and the facts to fill in; of one decision the usual."""
    pending = [pending_as(each, by) for each in given]
    said = str(sentence or GIVEN[pending[0].intention.verdict])
    return Undo(said % {**facts, "time": clock(min(each.intention.due_at for each in pending))}, pending)


def pending_as(row: Intention, by: Actor) -> Pending:
    """An open intention for this reader."""
    left = row.due_at - timezone.now()
    return Pending(row, max(0, -(-left // dt.timedelta(seconds=1))), row.by_id == by.id)


def no_longer_offered(keys: Sequence[int]) -> dict[str, dict[str, list[int]]]:
    """The news for the page that a toast offers these decisions no more; a newer one keeps its own."""
    return {"undone": {"keys": list(keys)}} if keys else {}


def pending_of(request: ApprovalRequest, by: Actor) -> list[Pending]:
    """Whose decisions on a request are on its way, the reader's own first; none once it has ended."""
    if request.state != RequestState.OPEN:
        return []
    rows = [row for row in request.intentions.all() if row.state == IntentionState.OPEN]
    return sorted((pending_as(row, by) for row in rows), key=lambda each: not each.is_mine)


def own_pending(requests: Iterable[ApprovalRequest], by: Actor) -> dict[int, Pending]:
    """This person's decisions on their way about these requests, by the request's key."""
    rows = Intention.objects.all().of(by).open().filter(request__in=[each.pk for each in requests])
    return {row.request_id: pending_as(row, by) for row in rows}


def given_triples(by: Actor, keys: Sequence[int]) -> list[tuple[int, int, str]]:
    """Key, request and title of those of these decisions that this person gave, in the order in which they were given."""
    rows = Intention.objects.all().of(by).filter(pk__in=keys).select_related("request").order_by("pk")
    return [(row.pk, row.request_id, row.request.title) for row in rows]
