"""The approvals app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ApprovalsConfig(AppConfig):
    """Policies, requests, decisions."""

    name = "apps.approvals"
    label = "approvals"
    verbose_name = _("Approvals")

    def ready(self) -> None:
        """Declare what this floor promises, and see to it that every kind has a policy to start with."""
        from apps.approvals import invariants, parameters  # noqa: F401 - parameters are declared by being read
        from apps.approvals.actions.default_policies import write_default_policies
        from apps.core.invariants import declare

        declare(*invariants.APPROVALS)
        post_migrate.connect(write_default_policies, sender=self, dispatch_uid="approvals.policies")
