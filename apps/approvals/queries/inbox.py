"""Requests by who reads them."""

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.approvals.kinds import all_kinds
from apps.approvals.models import ApprovalRequest, Decision, Intention, Voice
from apps.approvals.models.request import RequestRows
from apps.approvals.queries.seats import Seat, seats_of
from apps.approvals.rules.steps import Who
from apps.approvals.workflows.intention import IntentionState
from apps.org.actors import Actor
from apps.org.scope import visible


def open_request_of(subject: models.Model) -> ApprovalRequest | None:
    """The request that is open about a row, if there is one."""
    return ApprovalRequest.objects.all().about(subject).open().first()


def decisions_of(request: ApprovalRequest) -> "QuerySet[Decision]":
    """What was said so far, in order, with the names that a page shows."""
    return request.decisions.select_related("by", "in_stead_of", "voice").order_by("pk")


def voices_open_to(by: Actor, seats: list[Seat]) -> "QuerySet[Voice]":
    """Voices of open steps that this person may raise now: not asked by them, not decided by them before.

    Four eyes hold through stand-ins too (reliability: A1).
    """
    condition = Q(pk__in=[])
    for seat in seats:
        condition |= seat.voices() & seat.unbarred()
    decided = Decision.objects.filter(request=OuterRef("request"), by=by.id)
    return (
        Voice.objects.filter(condition, request__state="open", position=models.F("request__position"))
        .filter(decision__isnull=True)
        .exclude(request__requested_by=by.id)
        .exclude(request__barred_ids__contains=[by.id])
        .exclude(Exists(decided))
    )


def client_voices() -> "QuerySet[Voice]":
    """Voices of clients that are open now."""
    here = Voice.objects.filter(who=Who.CLIENT, request__state="open", position=models.F("request__position"))
    return here.filter(decision__isnull=True).order_by("pk")


def inbox_of(by: Actor) -> RequestRows:
    """The open requests that wait for this person, oldest first; not those whose decision they have given already."""
    given = Intention.objects.all().of(by).open().filter(request=OuterRef("pk"))
    return decidable_by(by).exclude(Exists(given)).order_by("requested_at", "pk")


def decidable_by(by: Actor) -> RequestRows:
    """The open requests that this person may decide now, in no order."""
    seats = seats_of(by)
    if not seats:
        return ApprovalRequest.objects.none()
    return ApprovalRequest.objects.filter(pk__in=voices_open_to(by, seats).values("request")).order_by()


def requests_of(by: Actor) -> RequestRows:
    """What this person has asked for, newest first."""
    if by.id is None:
        return ApprovalRequest.objects.none()
    return ApprovalRequest.objects.filter(requested_by=by.id).order_by("-pk")


def readable_requests(by: Actor) -> RequestRows:
    """Requests that this person may open: of their stores with the right, their own, decided by them, waiting for them.

    Who gave a decision that came to nothing may read what became of it; who took it back has decided nothing.
    """
    mine = Q(requested_by=by.id) | Q(pk__in=Decision.objects.filter(by=by.id).values("request"))
    mine |= Q(pk__in=Intention.objects.all().of(by).exclude(state=IntentionState.TAKEN_BACK).values("request"))
    if by.id is None:
        return ApprovalRequest.objects.all() if by.is_system else ApprovalRequest.objects.none()
    if by.may("approvals.view_approvalrequest"):
        closed = [kind.name for kind in all_kinds() if not by.may(kind.right)]
        mine |= Q(pk__in=visible(ApprovalRequest.objects.exclude(kind__in=closed).order_by(), by).values("pk"))
    return ApprovalRequest.objects.filter(mine | Q(pk__in=decidable_by(by).values("pk")))
