"""The stores app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StoresConfig(AppConfig):
    """Stores and listings."""

    name = "apps.stores"
    label = "stores"
    verbose_name = _("Stores and listings")

    def ready(self) -> None:
        """Say which sheets this floor takes, what it lets people decide, and what must be true of it."""
        from apps.core.invariants import declare
        from apps.stores import approvals, invariants, parameters, sheets  # noqa: F401 - parameters are declared by being read

        sheets.register_kinds()
        approvals.register_kinds()
        declare(*invariants.STORES)
