"""The documents app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """Issued papers and how they are printed."""

    name = "apps.documents"
    label = "documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        """Tell the checker what must be true of papers."""
        from apps.core.invariants import declare
        from apps.documents import invariants

        declare(*invariants.DOCUMENTS)
