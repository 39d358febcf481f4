"""Who works where: the people behind a right."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from apps.org.models import StoreGrant, User, WarehouseGrant

# Of the ways to log in, the one that knows rights: by roles, and those given to the user alone.
RIGHTS_BACKEND = "django.contrib.auth.backends.ModelBackend"


def people_with(right: str) -> set[int]:
    """Active users who hold the right, by a role or as their own; superusers do not count. right: `app.codename`.

    One statement.
    """
    return set(_holders(right).values_list("pk", flat=True))


def people_by_store(right: str, stores: Collection[int]) -> dict[int, set[int]]:
    """Whom to tell about each of these stores: active users who hold the right and work there, or in every store.

    right: `app.codename`. Superusers do not count: they may everything, but it is nobody's news. Two statements.
    """
    grants = StoreGrant.objects.filter(store__in=stores, user__in=_holders(right).values("pk"))
    return _people_by_place(right, "org.see_all_stores", stores, grants.values_list("store_id", "user_id"))


def people_by_warehouse(right: str, warehouses: Collection[int]) -> dict[int, set[int]]:
    """As `people_by_store`, for who works in each of these warehouses, or in every one."""
    grants = WarehouseGrant.objects.filter(warehouse__in=warehouses, user__in=_holders(right).values("pk"))
    return _people_by_place(right, "org.see_all_warehouses", warehouses, grants.values_list("warehouse_id", "user_id"))


def _people_by_place(
    right: str, everywhere: str, places: Collection[int], grants: Iterable[tuple[int, int]]
) -> dict[int, set[int]]:
    seeing_all = User.objects.with_perm(everywhere, backend=RIGHTS_BACKEND).values("pk")
    of_every_place = set(_holders(right).filter(pk__in=seeing_all).values_list("pk", flat=True))
    people: defaultdict[int, set[int]] = defaultdict(set)
    for place in places:
        people[place] |= of_every_place
    for place, user in grants:
        people[place].add(user)
    return dict(people)


def _holders(right: str) -> "QuerySet[User]":
    return User.objects.with_perm(right, include_superusers=False, backend=RIGHTS_BACKEND)
