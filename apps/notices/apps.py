"""The notices app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    """Bell and reminders."""

    name = "apps.notices"
    label = "notices"
    verbose_name = _("Notices")
