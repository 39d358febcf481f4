"""The core app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from apps.core.invariants import declare
from apps.core.references import no_key_leads_nowhere


class CoreConfig(AppConfig):
    """Nobody's floor, everybody's ground."""

    name = "apps.core"
    label = "core"
    verbose_name = _("Foundations")

    def ready(self) -> None:
        """The models are there by now, and with them every key that a trigger looks up."""
        declare(no_key_leads_nowhere())
