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
        """Answer the floor below; and close the libraries' functions again, which each migration brings back."""
        from apps.audit.historian import Historian, Signer
        from apps.audit.side_doors import close_side_doors
        from apps.org.questions import HISTORY, SIGNATURE

        HISTORY.answer_with(Historian())
        SIGNATURE.answer_with(Signer())
        post_migrate.connect(close_side_doors, dispatch_uid="audit.side_doors")
