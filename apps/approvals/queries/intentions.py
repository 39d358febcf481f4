"""Decisions that are given and have not taken effect."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.approvals.models import ApprovalRequest, Intention
from apps.approvals.models.request import RequestRows
from apps.org.actors import Actor


def given_by(by: Actor) -> RequestRows:
    """The open requests whose decision this person has given and may still take back."""
    mine = Intention.objects.all().of(by).open()
    return ApprovalRequest.objects.open().filter(pk__in=mine.values("request")).order_by("-pk")


def due_intentions() -> "QuerySet[Intention]":
    """Whose moment has come and nobody is at, as they were given; what has failed before comes after the others."""
    now = timezone.now()
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    return Intention.objects.open().filter(free, due_at__lte=now).order_by("attempts", "due_at", "pk")
