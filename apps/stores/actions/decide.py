"""Decide on a change, take it back, cancel it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.approvals.actions import decide, lapse, withdraw
from apps.approvals.actions.decide import check_known
from apps.approvals.models import ApprovalRequest
from apps.approvals.rules.steps import Answer
from apps.core.errors import Conflict, NotFound
from apps.org.actors import SYSTEM, Actor
from apps.org.scope import the_visible
from apps.stores.models import ListingChange, PriceChange
from apps.stores.queries.shown import is_stale
from apps.workflow.move import move

AnyChange = PriceChange | ListingChange
MODELS: dict[str, type[PriceChange] | type[ListingChange]] = {
    PriceChange._meta.label_lower: PriceChange,
    ListingChange._meta.label_lower: ListingChange,
}
STALE = "stale"
CHANGED_MEANWHILE = _(
    "What this was asked about has changed meanwhile: costs, prices or the listing itself. The request has lapsed; "
    "whoever asked can propose it anew."
)


def decide_change(request_id: int, *, verdict: str, by: Actor, version: str, comment: str = "") -> Answer:
    """Say yes or no to a change; it moves by the answer and is applied on its day.

    When costs, prices or the listing are not what was shown any more, the request lapses instead (reliability: A1).
    Raises what `approvals.decide` raises, and Conflict for a lapsed one. Rules: LST-11, LST-12, LST-14, LST-20.
    """
    try:
        return _decided(request_id, verdict, by, version, comment)
    except Conflict as refusal:
        if refusal.code == STALE:
            _lapse(request_id)
        raise


@transaction.atomic
def _decided(request_id: int, verdict: str, by: Actor, version: str, comment: str) -> Answer:
    request, change = _held(request_id)
    if request.state == "open" and request.version == version and is_stale(request.shown, change):
        check_known(request_id, by)
        raise Conflict(CHANGED_MEANWHILE, code=STALE)
    answer = decide(request_id, verdict=verdict, by=by, version=version, comment=comment)
    if answer == Answer.APPROVED:
        move(change.approve, by=by)
    elif answer == Answer.REFUSED:
        move(change.refuse, by=by, reason=comment)
    return answer


@transaction.atomic
def withdraw_change(request_id: int, *, by: Actor, reason: str) -> None:
    """Take one's own proposal back. Raises NotFound, NotAllowed, Invalid without a reason, IllegalMove."""
    _request, change = _held(request_id)
    withdraw(request_id, by=by, reason=reason)
    move(change.withdraw, by=by, reason=reason)


@transaction.atomic
def cancel_change(label: str, pk: int, *, by: Actor, reason: str) -> None:
    """Call an approved change off before its day. label: `stores.pricechange` or `stores.listingchange`.

    Raises NotFound, NotAllowed, Invalid without a reason, IllegalMove once it is applied.
    """
    change: Any = the_visible(MODELS[label].objects.all(), by, pk=pk)
    move(change.cancel, by=by, reason=reason)


def _held(request_id: int) -> tuple[ApprovalRequest, AnyChange]:
    """The request as it is, and its change locked: the own row first, then the lower floor's."""
    request = ApprovalRequest.objects.filter(pk=request_id, subject_type__in=MODELS).first()
    if request is None:
        raise NotFound(_("There is no such request, or it is not yours to see."))
    change: AnyChange = MODELS[request.subject_type].objects.filter(pk=request.subject_id).locked().get()
    return request, change


@transaction.atomic
def _lapse(request_id: int) -> None:
    request, change = _held(request_id)
    if request.state == "open":
        lapse(request_id, reason=str(CHANGED_MEANWHILE))
        move(change.withdraw, by=SYSTEM, reason=str(CHANGED_MEANWHILE))
