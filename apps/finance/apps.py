"""The finance app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class FinanceConfig(AppConfig):
    """Bills, receipts, reconciliation."""

    name = "apps.finance"
    label = "finance"
    verbose_name = _("Finance")

    def ready(self) -> None:
        """Declare work and promises, listen for orders, and see to it that there are rules to class lines with."""
        from apps.core.invariants import declare
        from apps.finance import invariants, jobs, subscribers
        from apps.finance.actions.default_rules import write_default_rules

        declare(*invariants.BOOKS)
        jobs.register_kinds()
        subscribers.subscribe_to_news()
        post_migrate.connect(write_default_rules, sender=self, dispatch_uid="finance.rules")
