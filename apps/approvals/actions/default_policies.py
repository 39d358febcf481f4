"""The policies that a house starts with; afterwards they are its own to change."""

import datetime as dt
from dataclasses import asdict
from typing import Any

from django.db import transaction

from apps.approvals.kinds import ApprovalKind, all_kinds
from apps.approvals.models import Policy, PolicyStep
from apps.audit.context import signed
from apps.core.speech import in_every_language
from apps.org.actors import SYSTEM

ALWAYS = dt.date(2020, 1, 1)
HOUSE_LANGUAGE = "zh-hans"


@transaction.atomic
def write_default_policies(**_: Any) -> None:
    """Give every kind that brings steps and has no policy its first one. Rules: LST-11, LST-12, LST-14, LST-20."""
    known = set(Policy.objects.values_list("kind", flat=True))
    missing = [kind for kind in all_kinds() if kind.steps and kind.name not in known]
    with signed("approvals.policy.install", by=SYSTEM):
        for kind in missing:
            _write(kind)


def _write(kind: ApprovalKind) -> None:
    name = in_every_language(kind.label)[HOUSE_LANGUAGE]
    policy = Policy.objects.create(kind=kind.name, name=name, effective_from=ALWAYS)
    PolicyStep.objects.bulk_create([PolicyStep(policy=policy, **_columns(step)) for step in kind.steps])


def _columns(step: Any) -> dict[str, Any]:
    columns = asdict(step)
    if not step.fact:
        columns |= {"operator": "", "value": ""}
    return columns
