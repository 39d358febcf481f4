"""The org app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OrgConfig(AppConfig):
    """People and places."""

    name = "apps.org"
    label = "org"
    verbose_name = _("People and places")

    def ready(self) -> None:
        """Roles are groups, written from the table in code after every migration."""
        from apps.org.roles import write_roles  # noqa: PLC0415 - models are ready only now

        post_migrate.connect(write_roles, dispatch_uid="org.roles")
