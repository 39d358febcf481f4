"""The stores app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StoresConfig(AppConfig):
    """Stores and listings."""

    name = "apps.stores"
    label = "stores"
    verbose_name = _("Stores and listings")

    def ready(self) -> None:
        """Say which sheets this floor takes."""
        from apps.stores import sheets  # noqa: PLC0415 - models are ready only now

        sheets.register_kinds()
