"""The client's voice: a signed link, an answer through it, and what silence means (LST-20)."""

import datetime as dt
import logging
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.approvals.actions.subject import decide_subject
from apps.approvals.models import ApprovalRequest, Voice
from apps.approvals.outside import OutsideParty
from apps.approvals.parameters import DEEMED_AFTER_DAYS, LINK_VALID_DAYS
from apps.approvals.queries.inbox import client_voices, readable_requests
from apps.approvals.rules.steps import Answer, Verdict
from apps.approvals.workflows.request import RequestState
from apps.audit.context import signed
from apps.core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from apps.links.actions import follow_link, issue_link, revoke_links
from apps.org.actors import Actor
from apps.parameters.queries import value_of

logger = logging.getLogger("opsdesk.approvals")
PURPOSE = "approvals.client"
ISSUE = "approvals.approvalrequest.issue_link"
NOT_VALID = _("This link is not valid, or no longer.")
NO_CLIENT_STEP = _("This request does not wait for a client now.")
OWN_LINK = _("You asked for this yourself; somebody else has to make the client's link and send it.")
WHO_ARE_YOU = _("Please write your name.")
LAPSED = "lapsed"
NOTHING_LEFT = _(
    "What you were asked has changed meanwhile, so your answer was not recorded. If it is still needed, you will get a "
    "new link."
)
SILENT = "opsdesk"
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class ClientPage:
    """What a link opens: one voice of one request."""

    voice: Voice
    request: ApprovalRequest


@transaction.atomic
def issue_client_link(request_id: int, *, by: Actor) -> str:
    """Make the client's link and give its token, which is shown once. Older links of the step die.

    Whoever asked never makes it: they could answer in the client's name. From the first link on the clock of silence
    runs. Raises NotFound, NotAllowed, Conflict when no client's step is open.
    """
    if not by.may("approvals.send_link"):
        raise NotAllowed(_("You do not have the right to do this."))
    request = readable_requests(by).filter(pk=request_id).first()
    if request is None:
        raise NotFound(_("There is no such request, or it is not yours to see."))
    if by.id is not None and by.id in {request.requested_by_id, *request.barred_ids}:
        raise NotAllowed(OWN_LINK, code="four_eyes")
    voice = client_voices().filter(request=request).select_for_update(of=("self",)).first()
    if voice is None:
        raise Conflict(NO_CLIENT_STEP, code="no_client_step")
    with signed(ISSUE, by=by):
        revoke_links(purpose=PURPOSE, subject=str(voice.pk))
        valid_for = dt.timedelta(days=value_of(LINK_VALID_DAYS, store_id=request.store_id))
        token = issue_link(purpose=PURPOSE, subject=str(voice.pk), valid_for=valid_for, by=by)
        if voice.link_issued_at is None:
            Voice.objects.filter(pk=voice.pk).update(link_issued_at=timezone.now())
    return token


@transaction.atomic
def open_client_page(token: str) -> ClientPage:
    """What the link shows; every opening is counted. Raises NotFound for a link that is unknown, used or expired."""
    page = _page(token)
    Voice.objects.filter(pk=page.voice.pk).update(link_opened=F("link_opened") + 1)
    return page


def answer_as_client(token: str, *, verdict: str, name: str, version: str, comment: str = "") -> Answer:
    """Confirm or object without an account; the link dies with the answer, or with a request that lapses by it.

    Raises NotFound, Invalid without a name or a reason to object, Conflict when something else was shown or the request
    has lapsed (code `lapsed`).
    """
    page = _page(token)
    told = name.replace("\0", "").strip()[:LONGEST_NAME]
    if not told:
        raise Invalid(WHO_ARE_YOU, code="no_name")
    by = _party(page.voice, page.request, told)
    return _given(page.request, by, verdict=verdict, version=version, comment=comment)


def accept_by_silence() -> int:
    """Take a client's silence for a yes where the step says so and the days are over. Returns how many were taken.

    Recorded as silence, by nobody's name. What a floor refuses is logged; while its request stays open, the next hour
    asks again.
    """
    waiting = client_voices().filter(silence_accepts=True, link_issued_at__isnull=False)
    rows = list(waiting.select_related("request").order_by("pk"))
    days = {store: value_of(DEEMED_AFTER_DAYS, store_id=store) for store in {v.request.store_id for v in rows}}
    now = timezone.now()
    due = [
        v for v in rows if v.link_issued_at and v.link_issued_at + dt.timedelta(days=days[v.request.store_id]) <= now
    ]
    return sum(_accepted(voice) for voice in due)


def _accepted(voice: Voice) -> bool:
    request = voice.request
    by = _party(voice, request, SILENT, is_silent=True)
    try:
        _given(request, by, verdict=Verdict.APPROVE, version=request.version)
    except DomainError as refusal:
        logger.warning("silence about request %s was not taken: %s", request.pk, refusal.code)
        return False
    return True


def _party(voice: Voice, request: ApprovalRequest, name: str, *, is_silent: bool = False) -> OutsideParty:
    stores = frozenset(request.store_ids)
    return OutsideParty(id=None, name=name, voice_id=voice.pk, knows_stores=stores, is_silent=is_silent)


def _given(request: ApprovalRequest, by: OutsideParty, *, verdict: str, version: str, comment: str = "") -> Answer:
    """Outside of any transaction: a floor that lets its request lapse refuses afterwards, and the lapse has to stay.

    A link that outlives its request for a moment opens nothing.
    """
    try:
        answer = decide_subject(request.pk, verdict=verdict, by=by, version=version, comment=comment)
    except Conflict as refusal:
        request.refresh_from_db(fields=["state"])
        if request.state != RequestState.LAPSED:
            raise
        revoke_links(purpose=PURPOSE, subject=str(by.voice_id))
        raise Conflict(NOTHING_LEFT, code=LAPSED) from refusal
    revoke_links(purpose=PURPOSE, subject=str(by.voice_id))
    return answer


def _page(token: str) -> ClientPage:
    voice_id = follow_link(token, purpose=PURPOSE)
    voice = client_voices().filter(pk=voice_id).select_related("request__store__client").first()
    if voice is None:
        raise NotFound(NOT_VALID)
    return ClientPage(voice, voice.request)
