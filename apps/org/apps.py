"""The org app."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OrgConfig(AppConfig):
    """People and places."""

    name = "apps.org"
    label = "org"
    verbose_name = _("People and places")

    def ready(self) -> None:
        """Roles are groups, written from the table in code after every migration, when the last app has its rights."""
        from apps.org.roles import write_roles

        last = [each for each in apps.get_app_configs() if each.models_module][-1]
        post_migrate.connect(write_roles, sender=last, dispatch_uid="org.roles")
