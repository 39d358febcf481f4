"""Log-ins as every request reads them: who it is and what they stand for now, in one statement."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from apps.core.calendar import today
from apps.org.models.user import Standing, User

# Sessions keep this path: another one logs everybody out (docs/operations.md, "Upgrade").
STANDING_BACKEND = "apps.org.backend.StandingBackend"
# Asked at every request, so it is written out: Django would take longer to write it than PostgreSQL to answer it.
WHO_ASKS = """
SELECT u.*,
    ARRAY(SELECT c.app_label || '.' || p.codename
          FROM auth_permission p JOIN django_content_type c ON c.id = p.content_type_id
          WHERE p.id IN (
              SELECT g.permission_id FROM auth_group_permissions g
              JOIN org_user_groups m ON m.group_id = g.group_id WHERE m.user_id = u.id
              UNION ALL
              SELECT o.permission_id FROM org_user_user_permissions o WHERE o.user_id = u.id)) AS held_rights,
    ARRAY(SELECT g.name FROM auth_group g JOIN org_user_groups m ON m.group_id = g.id
          WHERE m.user_id = u.id) AS held_roles,
    ARRAY(SELECT s.store_id FROM org_storegrant s WHERE s.user_id = u.id) AS store_keys,
    ARRAY(SELECT w.warehouse_id FROM org_warehousegrant w WHERE w.user_id = u.id) AS warehouse_keys,
    EXISTS(SELECT 1 FROM org_absence a JOIN org_employee e ON e.id = a.stand_in_id
           WHERE e.user_id = u.id AND a.days @> %s::date) AS fills_a_chair
FROM org_user u WHERE u.id = %s
"""


def log_in_with_standing(user_id: int) -> User | None:
    """A log-in with rights, roles, stores and warehouses, closed or not; None when there is none. One statement."""
    user = next(iter(User.objects.raw(WHO_ASKS, [today(), user_id])), None)
    if user is None:
        return None
    read: Any = user
    user.standing = Standing(
        rights=frozenset(read.held_rights),
        roles=frozenset(read.held_roles),
        store_ids=frozenset(read.store_keys),
        warehouse_ids=frozenset(read.warehouse_keys),
        fills_a_chair=read.fills_a_chair,
    )
    return user


class StandingBackend(ModelBackend):
    """Reads the log-in behind a session together with rights, roles and scope: they are as fresh as the request."""

    def get_user(self, user_id: int) -> User | None:
        """The log-in with its standing; None when it is gone or closed."""
        user = log_in_with_standing(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """The rights that were read with the log-in; all of them for the superuser, as Django counts."""
        standing: Standing | None = getattr(user_obj, "standing", None)
        if standing is None or obj is not None or user_obj.is_superuser or not user_obj.is_active:
            return super().get_all_permissions(user_obj, obj)
        return set(standing.rights)
