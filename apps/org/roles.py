"""Writes the roles of `permissions.py` into Django's groups."""

from typing import Any

from django.contrib.auth.models import Group, Permission

from apps.org.permissions import ROLES


def write_roles(**_: Any) -> None:
    """Make each group hold exactly the rights of its role that exist in the database by now.

    Runs after every migration and after a test's flush; a role edited by hand is put back.
    """
    rights = {
        f"{right.content_type.app_label}.{right.codename}": right.pk
        for right in Permission.objects.select_related("content_type")
    }
    groups = {group.name: group for group in Group.objects.prefetch_related("permissions")}
    for name, role in ROLES.items():
        group = groups.get(name) or Group.objects.create(name=name)
        wanted = {rights[right] for right in role.rights if right in rights}
        if wanted != {right.pk for right in group.permissions.all()}:
            group.permissions.set(wanted)
