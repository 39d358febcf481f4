"""Who could decide: everybody on staff once, for telling them and for refusing what nobody could decide."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, Q

from apps.approvals.models.policy import VoiceColumns
from apps.approvals.rules.steps import Who
from apps.core.calendar import today
from apps.org.models import Absence, StoreGrant, User

ALL_STORES = Q(permissions__codename="see_all_stores", permissions__content_type__app_label="org")


@dataclass(frozen=True, slots=True)
class Person:
    """One log-in: the chairs' roles, stores (None: all) and employee."""

    user_id: int
    employee_id: int | None
    roles: frozenset[str]
    store_ids: frozenset[int] | None


class Staff:
    """Everybody with an open log-in, and who stands in today. Five statements, whatever is asked afterwards."""

    def __init__(self) -> None:
        roles, grants = defaultdict(set), defaultdict(set)
        for user, name in User.groups.through.objects.values_list("user_id", "group__name"):
            roles[user].add(name)
        for user, store in StoreGrant.objects.values_list("user_id", "store_id"):
            grants[user].add(store)
        wide = Exists(Group.objects.filter(ALL_STORES, user=OuterRef("pk")))
        own = Exists(
            User.user_permissions.through.objects.filter(user=OuterRef("pk"), permission__codename="see_all_stores")
        )
        rows = User.objects.filter(is_active=True).annotate(sees_all=wide | own | Q(is_superuser=True))
        self.people = [
            Person(pk, employee, frozenset(roles[pk]), None if sees_all else frozenset(grants[pk]))
            for pk, employee, sees_all in rows.order_by("pk").values_list("pk", "employee__pk", "sees_all")
        ]
        away = Absence.objects.filter(days__contains=today(), stand_in__user__is_active=True)
        self._stand_ins = dict(away.values_list("employee_id", "stand_in__user_id"))

    def holders_of(self, right: str, store_ids: Collection[int], barred: Iterable[int]) -> set[int]:
        """The users whose roles give a right of this floor, and who know all of these stores."""
        held = Q(groups__permissions__content_type__app_label="approvals", groups__permissions__codename=right)
        users = set(User.objects.filter(held, is_active=True).values_list("pk", flat=True)) - set(barred)
        return {p.user_id for p in self.people if p.user_id in users and _knows(p, store_ids)}

    def who_may(self, voice: VoiceColumns, store_ids: Collection[int], barred: Iterable[int]) -> set[int]:
        """The users who may raise a voice today: holders and stand-ins, never those who asked or made it."""
        shut = set(barred)
        holders = [p for p in self.people if p.user_id not in shut and _holds(p, voice, store_ids)]
        instead = {self._stand_ins.get(p.employee_id) for p in holders if p.employee_id is not None}
        if voice.who == Who.EMPLOYEE and voice.employee_id in self._stand_ins:
            instead.add(self._stand_ins[voice.employee_id])
        return ({p.user_id for p in holders} | {user for user in instead if user}) - shut


def _holds(person: Person, voice: VoiceColumns, store_ids: Collection[int]) -> bool:
    if voice.who == Who.EMPLOYEE:
        return person.employee_id is not None and person.employee_id == voice.employee_id
    if voice.who != Who.ROLE or voice.role not in person.roles:
        return False
    return _knows(person, store_ids)


def _knows(person: Person, store_ids: Collection[int]) -> bool:
    return person.store_ids is None or person.store_ids.issuperset(store_ids)
