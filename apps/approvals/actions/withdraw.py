"""End a request without a decision."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.approvals.actions.decide import GONE, check_known
from apps.approvals.actions.news import tell_asker
from apps.approvals.models import ApprovalRequest
from apps.core.errors import NotAllowed, NotFound
from apps.org.actors import SYSTEM, Actor
from apps.workflow.move import move

NOT_ASKED = _("Only whoever asked can withdraw this.")
HAS_LAPSED = _("%(kind)s: “%(title)s” has lapsed, because what it was about has changed.")


@transaction.atomic
def withdraw(request_id: int, *, by: Actor, reason: str) -> ApprovalRequest:
    """Take one's own request back. Called by the floor that owns the subject.

    Raises NotFound (also for a stranger's request), NotAllowed for a colleague's, Invalid without a reason, IllegalMove
    once it has ended.
    """
    check_known(request_id, by)
    request = _held(request_id)
    if not by.is_system and (by.id is None or by.id != request.requested_by_id):
        raise NotAllowed(NOT_ASKED, code="not_asked")
    move(request.withdraw, by=by, reason=reason)
    return request


@transaction.atomic
def lapse(request_id: int, *, reason: str, by: Actor = SYSTEM) -> ApprovalRequest:
    """Nothing is left to decide: the subject ended or changed. Raises NotFound, Invalid, IllegalMove."""
    request = _held(request_id)
    move(request.lapse, by=by, reason=reason)
    tell_asker(request, HAS_LAPSED, key="lapsed")
    return request


def _held(request_id: int) -> ApprovalRequest:
    request = ApprovalRequest.objects.filter(pk=request_id).locked().first()
    if request is None:
        raise NotFound(GONE)
    return request
