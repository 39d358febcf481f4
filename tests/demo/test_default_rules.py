"""The rules that a house starts with."""

import json
from pathlib import Path

import pytest

from apps.core.errors import NotAllowed
from apps.orders.actions.default_rules import default_rules, install_default_rules
from apps.orders.models import AuditRule
from apps.org.actors import SYSTEM, Actor
from apps.org.models import User

RULES = Path(__file__).parents[2] / "fixtures/rules/audit_rules.json"


@pytest.mark.rule("ORD-10", "ORD-14", "ORD-21")
def test_the_default_rules_come_in_once_with_codes_and_names(db: None) -> None:
    first, second = install_default_rules(by=SYSTEM), install_default_rules(by=SYSTEM)

    assert (first, second) == (10, 0)
    assert AuditRule.objects.get(code="bulk_order").conditions == [{"field": "quantity", "op": ">=", "value": "50"}]
    assert AuditRule.objects.get(code="same_buyer").hold_minutes == 15


def test_a_rule_that_somebody_changed_stays_as_it_is(db: None) -> None:
    install_default_rules(by=SYSTEM)
    AuditRule.objects.filter(code="large_amount").update(is_active=False, name="不用了")

    install_default_rules(by=SYSTEM)

    assert AuditRule.objects.filter(code="large_amount", is_active=False, name="不用了").count() == 1
    assert AuditRule.objects.count() == 10


def test_whoever_may_not_keep_rules_may_not_install_them(lin: User) -> None:
    with pytest.raises(NotAllowed):
        install_default_rules(by=Actor.of(lin))

    assert AuditRule.objects.count() == 0


def test_every_default_rule_names_the_rules_that_it_comes_from() -> None:
    written = json.loads(RULES.read_text("utf-8"))

    assert written == default_rules()
    assert all(rule["rules"] and all(name.startswith("ORD-") for name in rule["rules"]) for rule in written)
