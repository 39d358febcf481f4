"""Draw docs/workflows from the machines."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from apps.workflow.drawing import drawn, machines


class Command(BaseCommand):
    """`manage.py draw_workflows`, or `make draw`."""

    help = "Write one page per machine into docs/workflows."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Write what changed."""
        folder = Path(settings.BASE_DIR) / "docs" / "workflows"
        folder.mkdir(parents=True, exist_ok=True)
        for model in machines():
            (folder / f"{model._meta.label_lower}.md").write_text(drawn(model), encoding="utf-8")
