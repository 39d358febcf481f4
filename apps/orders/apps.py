"""The orders app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    """Import batches, orders, shipping orders, exceptions."""

    name = "apps.orders"
    label = "orders"
    verbose_name = _("Orders")

    def ready(self) -> None:
        """Tell the job runner which long work this floor knows."""
        from apps.core.invariants import declare
        from apps.orders import invariants, jobs

        jobs.register_kinds()
        declare(*invariants.ORDERS)
