"""The parameters app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParametersConfig(AppConfig):
    """Effective-dated values."""

    name = "apps.parameters"
    label = "parameters"
    verbose_name = _("Parameters")
