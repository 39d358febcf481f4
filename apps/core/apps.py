"""The core app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """Nobody's floor, everybody's ground."""

    name = "apps.core"
    label = "core"
    verbose_name = _("Foundations")
