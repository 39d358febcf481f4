"""The after-sales app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AftersalesConfig(AppConfig):
    """Return orders, refunds."""

    name = "apps.aftersales"
    label = "aftersales"
    verbose_name = _("After-sales")

    def ready(self) -> None:
        """Declare what this floor promises, and see to it that there are reasons to choose from."""
        from apps.aftersales import invariants
        from apps.aftersales.actions.default_reasons import write_default_reasons
        from apps.aftersales.queries import RefundsOfOrders
        from apps.core.invariants import declare
        from apps.orders.questions import REFUNDS

        REFUNDS.answer_with(RefundsOfOrders())
        declare(*invariants.AFTERSALES)
        post_migrate.connect(write_default_reasons, sender=self, dispatch_uid="aftersales.reasons")
