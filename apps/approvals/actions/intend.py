"""Give a decision, and take it back before it takes effect."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.approvals.actions.decide import GONE
from apps.approvals.actions.subject import decide_subject
from apps.approvals.models import ApprovalRequest, Decision, Intention
from apps.approvals.parameters import UNDO_SECONDS
from apps.approvals.rules.steps import Answer
from apps.approvals.workflows.intention import IntentionState
from apps.audit.context import signed
from apps.core.errors import Conflict, DomainError, NotFound
from apps.org.actors import Actor
from apps.parameters.queries import value_of
from apps.workflow.move import move

GIVE = "approvals.intention.give"
GIVEN_ALREADY = _("You have given your decision on this already. Take it back first if you want to decide otherwise.")
TOO_LATE = _("Your decision has taken effect already and cannot be taken back.")


def give_decision(request_id: int, *, verdict: str, by: Actor, version: str, comment: str = "") -> Intention | Answer:
    """Say yes or no; it takes effect when the time for taking it back is over, or at once where the house gives none.

    Everything that deciding asks is asked now, and once more when it takes effect. Raises what `decide_subject` raises,
    and Conflict while this person's decision on it is on its way.
    """
    if Intention.objects.all().of(by).open().filter(request=request_id).exists():
        raise Conflict(GIVEN_ALREADY, code="given_before")
    seconds = _undo_seconds(request_id)
    if not seconds:
        return decide_subject(request_id, verdict=verdict, by=by, version=version, comment=comment)
    position, said = _rehearsed(request_id, verdict=verdict, by=by, version=version, comment=comment)
    now = timezone.now()
    return _kept(
        request_id=request_id, by_id=by.id, by_name=by.name, verdict=verdict, comment=said, version=version,
        position=position, given_at=now, due_at=now + dt.timedelta(seconds=seconds), signer=by,
    )  # fmt: skip


@transaction.atomic
def take_back(pk: int, *, by: Actor) -> Intention:
    """Take one's own decision back while it has not taken effect. Nothing was decided then.

    Raises NotFound for anybody else's, Conflict once it took effect, IllegalMove when it ended otherwise.
    """
    row: Intention | None = Intention.objects.all().of(by).filter(pk=pk).locked().first()
    if row is None:
        raise NotFound(GONE)
    if row.state == IntentionState.CARRIED_OUT:
        raise Conflict(TOO_LATE, code="too_late")
    move(row.take_back, by=by)
    return row


def _undo_seconds(request_id: int) -> int:
    """What the request's store allows; of several stores the longest, without any the house's."""
    found = ApprovalRequest.objects.filter(pk=request_id).values_list("store_ids", flat=True).first()
    stores: Sequence[int | None] = found or [None]
    return max(value_of(UNDO_SECONDS, store_id=store) for store in stores)


def _rehearsed(request_id: int, *, verdict: str, by: Actor, version: str, comment: str) -> tuple[int, str]:
    """Decide and take all of it back, so that whatever refuses it says so at once. Returns the step and the words kept.

    What a floor does by refusing stays: a request whose subject has changed lapses.
    """
    with transaction.atomic():
        try:
            decide_subject(request_id, verdict=verdict, by=by, version=version, comment=comment)
        except DomainError as told:
            refusal = told
        else:
            mine = Decision.objects.filter(request=request_id, by=by.id)
            found = mine.values_list("voice__position", "comment").get()
            transaction.set_rollback(True)
            return found
    raise refusal


@transaction.atomic
def _kept(*, signer: Actor, **columns: Any) -> Intention:
    try:
        with transaction.atomic(), signed(GIVE, by=signer):
            return Intention.objects.create(**columns)
    except IntegrityError as error:
        if "one_intention_that_counts_per_person" in str(error):
            raise Conflict(GIVEN_ALREADY, code="given_before") from error
        raise
