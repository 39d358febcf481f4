"""The staff app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    """Score sheets, pay."""

    name = "apps.staff"
    label = "staff"
    verbose_name = _("Staff")

    def ready(self) -> None:
        """Declare what this floor promises and prints, and see to it that scores lead to coefficients."""
        from apps.core.invariants import declare
        from apps.staff import documents, invariants
        from apps.staff.actions.default_coefficients import write_default_coefficients

        declare(*invariants.STAFF)
        documents.register_kinds()
        post_migrate.connect(write_default_coefficients, sender=self, dispatch_uid="staff.coefficients")
