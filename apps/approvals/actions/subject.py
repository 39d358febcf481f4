"""Decide through the floor that owns the subject: one way for the inbox, the client's page and the clock."""

from django.utils.translation import gettext_lazy as _

from apps.approvals.actions.decide import GONE
from apps.approvals.kinds import ApprovalKind, kind_named
from apps.approvals.models import ApprovalRequest
from apps.approvals.rules.steps import Answer
from apps.core.errors import Conflict, NotFound
from apps.org.actors import Actor

NO_KIND = _("Nobody in this house knows this kind of request any more.")
NO_WAY_BACK = _("A request of this kind is not withdrawn here; open what it is about.")


def decide_subject(request_id: int, *, verdict: str, by: Actor, version: str, comment: str = "") -> Answer:
    """Give a decision to the floor's own verb, which asks `decide` and moves its row. Raises what that raises."""
    kind = _kind_of(request_id)
    return kind.decide(request_id, verdict=verdict, by=by, version=version, comment=comment)


def withdraw_subject(request_id: int, *, by: Actor, reason: str) -> None:
    """Take a request back through the floor's own verb. Raises what that raises."""
    kind = _kind_of(request_id)
    if kind.withdraw is None:
        raise Conflict(NO_WAY_BACK, code="no_way_back")
    kind.withdraw(request_id, by=by, reason=reason)


def _kind_of(request_id: int) -> ApprovalKind:
    name = ApprovalRequest.objects.filter(pk=request_id).values_list("kind", flat=True).first()
    if name is None:
        raise NotFound(GONE)
    try:
        return kind_named(name)
    except KeyError as error:
        raise Conflict(NO_KIND, code="no_kind") from error
