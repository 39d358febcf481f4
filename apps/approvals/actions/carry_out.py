"""Let decisions take effect whose time for taking them back is over."""

import datetime as dt
import logging
from contextlib import ExitStack

from django.db import OperationalError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.approvals.actions.news import tell_giver
from apps.approvals.actions.subject import decide_subject
from apps.approvals.models import Decision, Intention
from apps.approvals.queries.intentions import due_intentions
from apps.approvals.workflows.intention import IntentionState
from apps.audit.context import acting_from
from apps.core.errors import Conflict, DomainError
from apps.core.speech import in_every_language
from apps.org.actors import SYSTEM, Actor
from apps.workflow.move import move

logger = logging.getLogger("opsdesk.approvals")
MOST_ATTEMPTS = 5
LEASE = dt.timedelta(seconds=20)
MOVED_ON = _("Somebody else has decided this step meanwhile; your decision was not needed any more.")
EXHAUSTED = DomainError(
    _("Something unexpected stopped it five times. Nothing half-done was kept; the administrators can see why."),
    code="attempts_exhausted",
)


def carry_out_due() -> int:
    """Let every decision take effect whose moment has come, each once and each by itself. Returns how many did.

    What is refused by now falls through, and whoever gave it is told why. What breaks keeps no other from its turn: it goes
    to the log, is tried again later, five times at most, and what broke last is raised when all had their turn. A killed
    worker leaves a decision as it was.
    """
    done: list[int] = []
    with ExitStack() as turns:
        # The last one in has the first turn, and each has its own whatever the others do.
        for pk in reversed(list(due_intentions().values_list("pk", flat=True))):
            turns.callback(_have_its_turn, pk, done)
    return len(done)


def _have_its_turn(pk: int, done: list[int]) -> None:
    is_over = False
    try:
        if _claimed(pk) and _carried_out(pk):
            done.append(pk)
        is_over = True
    finally:
        if not is_over:
            logger.error("intention %s broke; it is tried again", pk, exc_info=True)


def _carried_out(pk: int) -> bool:
    try:
        return _effected(pk)
    except OperationalError as busy:
        # Its rows are held by somebody, or two wait for each other: the others are not kept waiting by it.
        logger.warning("intention %s waits for its next turn: %s", pk, type(busy).__name__)
        return False
    except DomainError as refusal:
        # Taken back in the last moment, or not the step that was meant: all of it is undone.
        _fall_through(pk, refusal)
        return False


def _claimed(pk: int) -> bool:
    """Take it for a while, and count the attempt before it begins, or what kills its worker would be tried for ever."""
    free = due_intentions().filter(pk=pk).order_by()
    if free.filter(attempts__gte=MOST_ATTEMPTS).exists():
        _fall_through(pk, EXHAUSTED)
        return False
    return bool(free.update(attempts=F("attempts") + 1, leased_until=timezone.now() + LEASE))


@transaction.atomic
def _effected(pk: int) -> bool:
    """The decision and its mark commit together; the floor's rows are locked before, as by everybody who decides.

    A refusal does not leave this transaction: what the floor did by refusing stays.
    """
    row = Intention.objects.select_related("by").get(pk=pk)
    if row.state != IntentionState.OPEN:
        return False
    by = Actor.of(row.by)
    try:
        # It was given on a page, whoever lets it take effect.
        with acting_from("page"):
            decide_subject(row.request_id, verdict=row.verdict, by=by, version=row.version, comment=row.comment)
    except DomainError as refusal:
        _fall_through(pk, refusal)
        return False
    decision = Decision.objects.select_related("voice").get(request=row.request_id, by=by.id)
    if decision.voice.position != row.position:
        raise Conflict(MOVED_ON, code="another_step")
    move(row.carry_out, by=by, also={"decision_id": decision.pk})
    return True


@transaction.atomic
def _fall_through(pk: int, refusal: DomainError) -> None:
    """Ended without a decision; quietly when it has ended already, taken back or carried out by another worker."""
    row: Intention = Intention.objects.filter(pk=pk).locked().select_related("request").get()
    if row.state != IntentionState.OPEN:
        return
    logger.info("intention %s fell through: %s", pk, refusal.code)
    kept = {"code": refusal.code, "text": in_every_language(refusal.sentence)}
    move(row.fall_through, by=SYSTEM, also={"refusal": kept})
    tell_giver(row, refusal.sentence)
