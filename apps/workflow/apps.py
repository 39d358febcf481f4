"""The workflow app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowConfig(AppConfig):
    """The machine's base and its door."""

    name = "apps.workflow"
    label = "workflow"
    verbose_name = _("Workflow")

    def ready(self) -> None:
        """System checks that every machine is declared whole."""
        from apps.workflow import checks  # noqa: F401 - registering is the import's effect
