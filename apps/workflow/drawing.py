"""Machines as pictures, drawn from their declarations: Mermaid state diagrams that any forge renders."""

from typing import Any

from django.apps import apps
from django.db import models
from django.utils import translation

from apps.workflow.base import Workflow, verbs_of


def machines() -> list[type[models.Model]]:
    """Every concrete machine, by label."""
    return sorted((m for m in apps.get_models() if issubclass(m, Workflow)), key=lambda m: m._meta.label_lower)


def drawn(model: type[models.Model]) -> str:
    """One machine as a Markdown page, in English: the picture, then each verb with what it means and what it asks for."""
    field: Any = model._meta.get_field("state")
    with translation.override("en"):
        lines = [f"# {str(model._meta.verbose_name).capitalize()}", "", "```mermaid", "stateDiagram-v2"]
        lines += [f"    {value}: {label}" for value, label in field.flatchoices]
        lines += [f"    [*] --> {field.default}"]
        verbs = verbs_of(model).values()
        lines += [f"    {source} --> {verb.target}: {verb.name}" for verb in verbs for source in verb.sources]
        lines += ["```", "", "| verb | meaning | right | refused unless |", "|---|---|---|---|"]
        lines += [_row(model, verb) for verb in verbs]
    return "\n".join(lines) + "\n"


def _row(model: type[models.Model], verb: Any) -> str:
    meaning = " ".join((getattr(model, verb.name).__doc__ or "").split())
    guards = ", ".join(guard.name for guard in verb.guards) or "—"
    return f"| `{verb.name}` | {meaning} | {verb.permission or '—'} | {guards} |"
