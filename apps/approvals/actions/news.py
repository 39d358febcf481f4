"""Bells: who has to decide now, and how it went."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.approvals.kinds import kind_named
from apps.approvals.models import ApprovalRequest, Intention, Voice
from apps.approvals.queries.people import Staff
from apps.approvals.rules.steps import Who
from apps.core.speech import filled
from apps.notices.actions import tell
from apps.notices.models import Notice

INBOX = "/desk/inbox/"
WAITS = _("%(kind)s: “%(title)s” waits for your decision.")
FELL_THROUGH = _("%(kind)s: “%(title)s”: your decision did not take effect. %(why)s")
SEND_LINK = _("%(kind)s: “%(title)s” waits for the client. Make the link and send it.")


def label_of(request: ApprovalRequest) -> str | Promise:
    """The kind as a lazy word, so that every reader gets it in their language."""
    try:
        return kind_named(request.kind).label
    except KeyError:
        return request.kind


def tell_deciders(request: ApprovalRequest, voices: Iterable[Voice], *, staff: Staff | None = None) -> None:
    """Ring for everybody who may raise one of the open voices; for a client's voice, for those who may send the link."""
    staff = staff or Staff()
    barred = barred_of(request)
    voices = list(voices)
    users: set[int] = set().union(*(staff.who_may(voice, request.store_ids, barred) for voice in voices))
    tell(users, key=f"approval:{request.pk}:{request.position}", sentence=_said(request, WAITS), url=url_of(request))
    if any(voice.who == Who.CLIENT for voice in voices):
        senders = staff.holders_of("send_link", request.store_ids, barred)
        tell(senders, key=f"approval:{request.pk}:link", sentence=_said(request, SEND_LINK), url=url_of(request))


def tell_asker(request: ApprovalRequest, sentence: str | Promise, *, key: str, tone: str = Notice.Tone.PLAIN) -> None:
    """Ring for whoever asked. sentence: takes `kind` and `title`."""
    if request.requested_by_id is not None:
        url = f"{INBOX}?tab=mine&request={request.pk}"
        key = f"approval:{request.pk}:{key}"
        tell([request.requested_by_id], key=key, sentence=_said(request, sentence), url=url, tone=tone)


def tell_giver(intention: Intention, why: str | Promise) -> None:
    """Ring for whoever gave a decision that came to nothing."""
    request = intention.request
    sentence = filled(FELL_THROUGH, kind=label_of(request), title=request.title, why=why)
    tell([intention.by_id], key=f"approval:{request.pk}:fell_through:{intention.pk}", sentence=sentence,
         url=url_of(request), tone=Notice.Tone.BAD)  # fmt: skip


def barred_of(request: ApprovalRequest) -> set[int]:
    """Who never decides this: whoever asked, and whoever made what is asked about."""
    asker = [] if request.requested_by_id is None else [request.requested_by_id]
    return {*asker, *request.barred_ids}


def url_of(request: ApprovalRequest) -> str:
    """The request in the inbox."""
    return f"{INBOX}?request={request.pk}"


def _said(request: ApprovalRequest, sentence: str | Promise) -> Promise:
    return filled(sentence, kind=label_of(request), title=request.title)
