"""What was said about a request, as a line of time: asked, decided, taken back, commented."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.approvals.models import ApprovalRequest, Decision, Intention
from apps.approvals.workflows.intention import IntentionState
from apps.approvals.workflows.request import RequestState
from apps.audit.queries import timeline_of
from apps.core.speech import spoken
from apps.desk.marks import clock


@dataclass(frozen=True, slots=True)
class Remark:
    """One line of the talk. aside: when a decision was given, if that was before it took effect."""

    at: dt.datetime
    who: str
    text: str | Promise
    note: str = ""
    aside: str = ""


def remarks_of(request: ApprovalRequest) -> list[Remark]:
    """Everything that was said about a request, newest first; its voices, intentions and comments are prefetched."""
    found = [Remark(request.requested_at, request.requested_by_name, _("Asked for approval"), request.reason)]
    found += [*_decided(request), *_intended(request)]
    found += [Remark(each.at, each.by_name, _("Commented"), each.text) for each in request.comments.all()]
    if request.ended_at and request.state in (RequestState.WITHDRAWN, RequestState.LAPSED):
        found.append(_ended(request, request.ended_at))
    return sorted(found, key=lambda remark: remark.at, reverse=True)


def _ended(request: ApprovalRequest, at: dt.datetime) -> Remark:
    """Who withdrew it, or why it lapsed: the history knows."""
    change = next(iter(timeline_of(request, limit=1)), None)
    who, why = (change.actor, change.reason) if change else ("", "")
    return Remark(at, who, request.get_state_display(), why)


def said_by(decision: Decision) -> str:
    """Whose voice a decision is, in words."""
    if decision.is_silent:
        return _("by silence: nobody answered in time")
    if decision.in_stead_of is not None:
        return _("%(name)s, in the stead of %(absent)s") % {
            "name": decision.by_name,
            "absent": decision.in_stead_of.name,
        }
    return decision.by_name


def _decided(request: ApprovalRequest) -> Iterator[Remark]:
    given = {row.decision_id: row for row in request.intentions.all()}
    for voice in request.voices.all():
        decision: Decision | None = getattr(voice, "decision", None)
        if decision is None:
            continue
        row = given.get(decision.pk)
        aside = _("given at %(time)s") % {"time": clock(row.given_at)} if row else ""
        yield Remark(decision.at, said_by(decision), decision.get_verdict_display(), decision.comment, aside)


def _intended(request: ApprovalRequest) -> Iterator[Remark]:
    """What was given and is still on its way, or came to nothing; what took effect is told by its decision."""
    for row in request.intentions.all():
        if row.state == IntentionState.CARRIED_OUT:
            continue
        facts = {"verdict": row.get_verdict_display(), "time": clock(row.due_at)}
        yield Remark(row.given_at, row.by_name, _("%(verdict)s, with effect from %(time)s") % facts, row.comment)
        if row.ended_at is not None:
            yield Remark(row.ended_at, row.by_name, row.get_state_display(), _why(row))


def _why(row: Intention) -> str:
    return spoken(row.refusal["text"]) if row.refusal else ""
