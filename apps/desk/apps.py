"""The desk app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    """Pages of daily work."""

    name = "apps.desk"
    label = "desk"
    verbose_name = _("Desk")

    def ready(self) -> None:
        """Tell the job runner which long work the desk knows."""
        from apps.desk import jobs

        jobs.register_kinds()
