"""The sheets app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SheetsConfig(AppConfig):
    """Kinds of sheets, sheets, rows."""

    name = "apps.sheets"
    label = "sheets"
    verbose_name = _("Sheets")

    def ready(self) -> None:
        """Tell the job runner and the checker what this floor does and promises."""
        from apps.core.invariants import declare
        from apps.sheets import invariants, jobs

        jobs.register_kinds()
        declare(*invariants.SHEETS)
