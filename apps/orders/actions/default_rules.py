"""Install the audit rules that a house starts with; afterwards they are its own to change."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.core.errors import NotAllowed
from apps.orders.models import AuditRule
from apps.orders.rules.audit import checked_conditions
from apps.org.actors import Actor

RULES = Path("fixtures/rules/audit_rules.json")


def default_rules() -> list[dict[str, Any]]:
    """The rules of the fixture as they are written there, each with the rule ids that it comes from under `rules`."""
    rules: list[dict[str, Any]] = json.loads((settings.BASE_DIR / RULES).read_text(encoding="utf-8"))
    return rules


@transaction.atomic
def install_default_rules(*, by: Actor) -> int:
    """Add the default rules whose code is not there yet; a rule that somebody changed or switched off stays as it is.

    Returns how many were added. Raises NotAllowed. Rules: ORD-10, ORD-14, ORD-21.
    """
    if not by.may("orders.add_auditrule"):
        raise NotAllowed(_("You do not have the right to do this."))
    known = set(AuditRule.objects.values_list("code", flat=True))
    missing = [_rule(facts) for facts in default_rules() if facts["code"] not in known]
    with signed("orders.auditrule.install", by=by):
        AuditRule.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def _rule(facts: dict[str, Any]) -> AuditRule:
    checked_conditions(facts["conditions"])
    columns = ("code", "name", "effect", "hold_minutes", "position", "conditions")
    return AuditRule(**{name: facts[name] for name in columns if name in facts})
