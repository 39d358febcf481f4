"""System checks: a machine that is not declared whole does not start."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core import checks

from apps.workflow.base import Workflow, verbs_of


@checks.register("workflow")
def machines_are_whole(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[checks.CheckMessage]:
    """Every transition has a label and a docstring, says whose right it is, and stamps columns of the row."""
    found: list[checks.CheckMessage] = []
    for model in apps.get_models():
        if issubclass(model, Workflow):
            columns = {f.name for f in model._meta.concrete_fields}
            for verb in verbs_of(model).values():
                doc = getattr(model, verb.name).__doc__
                if verb.label == verb.name or not doc:
                    found.append(checks.Error(f"{verb.signature} lacks a label or a docstring", id="workflow.E001"))
                if sum(map(bool, (verb.permission, verb.internal, verb.asked_in))) != 1:
                    found.append(checks.Error(f"{verb.signature} does not say whose right it is", id="workflow.E003"))
                if not columns.issuperset(verb.stamps):
                    found.append(
                        checks.Error(f"{verb.signature} stamps a column that is not there", id="workflow.E002")
                    )
    return found
