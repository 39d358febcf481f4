"""The audit app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """Signatures, timelines, reveals and exports."""

    name = "apps.audit"
    label = "audit"
    verbose_name = _("Audit")

    def ready(self) -> None:
        """Migrations bring the libraries' functions back; close them again after each."""
        from apps.audit.side_doors import close_side_doors  # noqa: PLC0415 - beside its use

        post_migrate.connect(close_side_doors, dispatch_uid="audit.side_doors")
