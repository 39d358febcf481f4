"""Who works where: the people behind a right."""

from collections import defaultdict
from collections.abc import Collection

from apps.org.models import StoreGrant, User

BY_ROLE = "django.contrib.auth.backends.ModelBackend"


def people_with(right: str) -> set[int]:
    """Active users who hold the right by their roles. right: `app.codename`. One statement."""
    return set(User.objects.with_perm(right, include_superusers=False, backend=BY_ROLE).values_list("pk", flat=True))


def people_by_store(right: str, stores: Collection[int]) -> dict[int, set[int]]:
    """Whom to tell about each of these stores: active users who hold the right and work there, or in every store.

    right: `app.codename`. Superusers do not count: they may everything, but it is nobody's news. Two statements.
    """
    holders = User.objects.with_perm(right, include_superusers=False, backend=BY_ROLE)
    everywhere = holders.filter(pk__in=User.objects.with_perm("org.see_all_stores", backend=BY_ROLE).values("pk"))
    people: defaultdict[int, set[int]] = defaultdict(set)
    seeing_all = set(everywhere.values_list("pk", flat=True))
    for store in stores:
        people[store] |= seeing_all
    grants = StoreGrant.objects.filter(store__in=stores, user__in=holders.values("pk"))
    for store, user in grants.values_list("store_id", "user_id"):
        people[store].add(user)
    return dict(people)
