"""Seats: in whose chair somebody sits today, their own and those of the people for whom they stand in."""

from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db.models import Q

from apps.approvals.rules.steps import Who
from apps.approvals.scope import within
from apps.core.calendar import today
from apps.org.actors import Actor
from apps.org.models import Absence, Employee

KEPT = "_approval_seats"


@dataclass(frozen=True, slots=True)
class Seat:
    """One chair. store_ids: None means every store. in_stead_of: the employee who is away, None in one's own chair."""

    user_id: int | None
    store_ids: frozenset[int] | None
    in_stead_of: Employee | None = None

    def voices(self) -> Q:
        """Which voices may be raised from here, as a condition on `Voice`."""
        if self.user_id is None:
            return self._named()
        roles = Group.objects.filter(user=self.user_id).values("name")
        return (Q(who=Who.ROLE, role__in=roles) & self._known_stores()) | self._named()

    def unbarred(self) -> Q:
        """Whoever is away and asked for it, or made it, does not decide through a stand-in either."""
        if self.user_id is None:
            return Q()
        return ~Q(request__requested_by=self.user_id) & ~Q(request__barred_ids__contains=[self.user_id])

    def _known_stores(self) -> Q:
        if self.store_ids is None:
            return Q()
        return within(self.store_ids, path="request__")

    def _named(self) -> Q:
        if self.in_stead_of is not None:
            return Q(who=Who.EMPLOYEE, employee=self.in_stead_of.pk)
        return Q(who=Who.EMPLOYEE, employee__user=self.user_id)


def seats_of(by: Actor) -> list[Seat]:
    """The chairs of a person today, their own first. Nobody without a log-in has one.

    Kept with the actor as its stores are, so that a page asks once.
    """
    kept: list[Seat] | None = by.__dict__.get(KEPT)
    if kept is None:
        kept = by.__dict__[KEPT] = _found(by)
    return kept


def _found(by: Actor) -> list[Seat]:
    if by.user is None or not by.user.is_active:
        return []
    own = Seat(by.id, by.store_ids)
    if by.user.standing and not by.user.standing.fills_a_chair:
        return [own]
    away = Absence.objects.filter(stand_in__user=by.user, days__contains=today()).select_related("employee__user")
    return [own, *(_stood_in_for(absence.employee) for absence in away.order_by("pk"))]


def _stood_in_for(employee: Employee) -> Seat:
    if employee.user is None or not employee.user.is_active:
        return Seat(None, frozenset(), employee)
    return Seat(employee.user.pk, Actor.of(employee.user).store_ids, employee)
