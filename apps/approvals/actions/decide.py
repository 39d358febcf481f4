"""Decide on a request: one voice at a time, on what was shown."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.approvals.actions.news import tell_asker, tell_deciders
from apps.approvals.models import ApprovalRequest, Decision, Voice
from apps.approvals.outside import OutsideParty
from apps.approvals.queries.inbox import readable_requests, voices_open_to
from apps.approvals.queries.seats import seats_of
from apps.approvals.rules.steps import Answer, Verdict, Who, is_complete
from apps.approvals.workflows.request import RequestState
from apps.audit.context import signed
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.core.speech import filled
from apps.notices.models import Notice
from apps.org.actors import Actor
from apps.org.models import Employee
from apps.workflow.move import move

DECIDE = "approvals.approvalrequest.decide"
GONE = _("There is no such request, or it is not yours to see.")
ENDED = _("Already decided by %(name)s: %(state)s. Nothing was changed.")
ENDED_OTHERWISE = _("This request has ended: %(state)s. Nothing was changed.")
ANOTHER_VERSION = _(
    "What you were shown is not what is asked any more. Open the page again and look before you decide."
)
FOUR_EYES = _("You asked for this yourself; somebody else has to decide it.")
TWICE = _("You have given your decision on this already.")
NOT_YOURS = _("This decision is not yours to make, or not now.")
WHY_NOT = _("Say why you refuse; whoever asked has to know what to change.")
WAS_APPROVED = _("%(kind)s: “%(title)s” was approved.")
WAS_REFUSED = _("%(kind)s: “%(title)s” was refused.")
LONGEST = 500


@transaction.atomic
def decide(request_id: int, *, verdict: str, by: Actor, version: str, comment: str = "") -> Answer:
    """Raise one voice. Called by the floor that owns the subject, inside its own transaction and lock.

    version: of what the person was shown. Returns what the request has come to; only then does the floor move its row.
    Raises NotFound (also for a stranger's request), Conflict (ended, another version), NotAllowed (four eyes, decided
    before, not theirs), Invalid (no reason for a refusal). One no ends the request; a yes opens the next step.
    Reliability: A1.
    """
    check_known(request_id, by)
    request = ApprovalRequest.objects.filter(pk=request_id).locked().first()
    if request is None:
        raise NotFound(GONE)
    _check_open(request, version)
    said = comment.replace("\0", "").strip()[:LONGEST]
    if verdict == Verdict.REFUSE and not said:
        raise Invalid(WHY_NOT, code="reason_missing")
    voice, in_stead_of = _voice_of(request, by)
    with signed(DECIDE, by=by, reason=said):
        Decision.objects.create(
            request=request, voice=voice, verdict=Verdict(verdict), by_id=by.id, by_name=by.name, comment=said,
            in_stead_of=in_stead_of, version=version, is_silent=isinstance(by, OutsideParty) and by.is_silent,
        )  # fmt: skip
    return _refused(request, by, said) if verdict == Verdict.REFUSE else _approved(request, voice, by)


def check_known(request_id: int, by: Actor) -> None:
    """Refuse what this actor may not read exactly as what is not there; an outside party has come with its own voice."""
    if not isinstance(by, OutsideParty) and not readable_requests(by).filter(pk=request_id).exists():
        raise NotFound(GONE)


def _check_open(request: ApprovalRequest, version: str) -> None:
    if request.state != RequestState.OPEN:
        last = request.decisions.order_by("-pk").first()
        # Not the word of this moment's language: the sentence may be kept for readers of another.
        state = RequestState(request.state).label
        if last is None or request.state not in (RequestState.APPROVED, RequestState.REFUSED):
            raise Conflict(filled(ENDED_OTHERWISE, state=state), code="ended")
        raise Conflict(filled(ENDED, name=last.by_name, state=state), code="ended")
    if version != request.version:
        raise Conflict(ANOTHER_VERSION, code="another_version")


def _voice_of(request: ApprovalRequest, by: Actor) -> tuple[Voice, Employee | None]:
    """The voice that this actor may raise, and in whose stead; one's own chair before another's."""
    if isinstance(by, OutsideParty):
        return _outside_voice(request, by), None
    if by.id is not None and by.id == request.requested_by_id:
        raise NotAllowed(FOUR_EYES, code="four_eyes")
    if by.id is not None and request.decisions.filter(by=by.id).exists():
        raise NotAllowed(TWICE, code="decided_before")
    for seat in seats_of(by):
        voice = voices_open_to(by, [seat]).filter(request=request).order_by("pk").first()
        if voice is not None:
            return voice, seat.in_stead_of
    raise NotAllowed(NOT_YOURS, code="not_yours")


def _outside_voice(request: ApprovalRequest, by: OutsideParty) -> Voice:
    mine = request.voices.filter(pk=by.voice_id, who=Who.CLIENT, position=request.position, decision__isnull=True)
    voice = mine.first()
    if voice is None:
        raise NotAllowed(NOT_YOURS, code="not_yours")
    return voice


def _refused(request: ApprovalRequest, by: Actor, said: str) -> Answer:
    move(request.refuse, by=by, reason=said)
    tell_asker(request, WAS_REFUSED, key="refused", tone=Notice.Tone.BAD)
    return Answer.REFUSED


def _approved(request: ApprovalRequest, voice: Voice, by: Actor) -> Answer:
    step = request.voices.filter(position=request.position)
    given = step.filter(decision__verdict=Verdict.APPROVE).count()
    if not is_complete(voice.mode, voices=step.count(), given=given):
        return Answer.WAITING
    following = list(request.voices.filter(position__gt=request.position).order_by("position", "pk"))
    if following:
        _open_next(request, following, by)
        return Answer.WAITING
    move(request.approve, by=by)
    tell_asker(request, WAS_APPROVED, key="approved", tone=Notice.Tone.GOOD)
    return Answer.APPROVED


def _open_next(request: ApprovalRequest, following: list[Voice], by: Actor) -> None:
    request.position = following[0].position
    request.step_opened_at = timezone.now()
    with signed(DECIDE, by=by):
        request.save(update_fields=["position", "step_opened_at"])
    tell_deciders(request, [voice for voice in following if voice.position == request.position])
