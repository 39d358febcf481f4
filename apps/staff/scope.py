"""Whose sheets are whose: one's own; for the committee those of its people; for HR everybody's."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from apps.org.models import Employee, StoreGrant, Team, User, WarehouseGrant
from apps.org.scope import StoreScope

if TYPE_CHECKING:
    from apps.org.actors import Actor

SCORE = "staff.score_committee"


@dataclass(frozen=True, slots=True)
class PeopleScope(StoreScope):
    """As every scope, by the person a row is about.

    employee: lookup path from the row to its employee with a trailing `__`; empty for the employee itself. everybody:
    the right that opens all rows. committee: whether members of the committee see the rows of their people.
    """

    employee: str = ""
    everybody: str = ""
    committee: bool = True

    def condition(self, by: "Actor") -> Q | None:
        """The filter for this actor, or None when they may see everything."""
        if by.is_system or by.may(self.everybody):
            return None
        own = Q(**{f"{self.employee}user_id": by.id}) if by.id is not None else Q(pk__in=[])
        if not self.committee or not by.may(SCORE):
            return own
        if by.store_ids is None:
            return None
        return own | Q(**{f"{self.employee or 'pk__'}in": people_under(by)})


def people_under(by: "Actor") -> "QuerySet[Any, Any]":
    """The employees whom this member of the committee assesses: of their stores, their warehouses, their team.

    Other members of the committee are not among them: those are assessed by whoever sees all stores (STF-140).
    """
    stores = StoreGrant.objects.filter(store_id__in=by.store_ids or ()).values("user")
    places = WarehouseGrant.objects.filter(warehouse_id__in=by.warehouse_ids or ()).values("user")
    near = Q(user__in=stores) | Q(user__in=places) | Q(team__in=_teams_of(by))
    return Employee.objects.filter(near).exclude(user__in=_committee()).values("pk")


def _committee() -> "QuerySet[Any, Any]":
    right = {
        "groups__permissions__codename": "score_committee",
        "groups__permissions__content_type__app_label": "staff",
    }
    return User.objects.filter(**right).values("pk")


def _teams_of(by: "Actor") -> set[int]:
    """The team in which the actor works, and all teams in it."""
    parents = dict(Team.objects.values_list("pk", "parent_id"))
    teams = set(Employee.objects.filter(user=by.user).values_list("team_id", flat=True)) if by.user else set()
    while more := {pk for pk, parent in parents.items() if parent in teams} - teams:
        teams |= more
    return teams
