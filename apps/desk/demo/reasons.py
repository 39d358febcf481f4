"""Why orders stopped: what the house's rules find in them, what clerks put aside, and how it was settled."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from apps.desk.demo.acts import Acts
from apps.desk.demo.plans import Plan
from apps.desk.demo.source import read
from apps.orders.models import AuditRule, Reason, ShippingOrder
from apps.orders.rules.audit import matches
from apps.workflow.seeding import Past, Row

HOLD_DAYS = (1, 6)


@dataclass(frozen=True, slots=True)
class Found:
    """A reason as it was opened, and what became of it."""

    row: dict[str, Any]
    past: list[Past]


class Reasons:
    """Asks the rules themselves, in the database, so that what they find today is what they would find."""

    def __init__(self, plans: Iterable[Plan], now: dt.datetime, acts: Acts, roll: Random) -> None:
        self._by_key = {plan.shipping_id: plan for plan in plans}
        self._now, self._acts, self._roll = now, acts, roll
        self._cleared: dict[str, str] = read("texts")["cleared"]

    def by_rules(self) -> Iterator[Found]:
        """What the active rules object to in orders that still wait; in earlier ones what was settled meanwhile."""
        for rule in AuditRule.objects.filter(is_active=True, store__isnull=True).order_by("position", "pk"):
            concerned = ShippingOrder.objects.filter(matches(rule.conditions))
            if rule.code not in self._cleared:
                concerned = concerned.filter(state="imported")
            for key in concerned.order_by("pk").values_list("pk", flat=True):
                found = self._found_by(rule, self._by_key[key])
                if found is not None:
                    yield found

    def by_hand(self, held: Iterable[Plan]) -> Iterator[Found]:
        """What clerks put aside, until a day that the buyer named."""
        notes = read("texts")["holds"]
        for nth, plan in enumerate(held):
            opened = (plan.contacted_at or self._now) + dt.timedelta(seconds=40)
            release = (self._now + dt.timedelta(days=self._roll.randrange(*HOLD_DAYS))).replace(
                hour=9, minute=0, second=0, microsecond=0
            )
            columns = {"code": Reason.Code.MANUAL_HOLD.value, "note": notes[nth % len(notes)], "release_at": release}
            yield Found(self._row(plan, opened, {**columns, "opened_by_id": plan.clerk and plan.clerk.user_id}), [])

    def _found_by(self, rule: AuditRule, plan: Plan) -> Found | None:
        accepted = plan.accepted_at or self._now
        release = accepted + dt.timedelta(minutes=rule.hold_minutes) if rule.hold_minutes else None
        row = self._row(plan, accepted, {"code": Reason.Code.RULE.value, "rule_id": rule.pk, "release_at": release})
        if release is not None and release <= self._now:
            return Found(row, [self._acts.act("orders.reason.release", release, None, {"cleared_at": release})])
        end = plan.confirmed_at or plan.cancelled_at
        return Found(row, [] if end is None else [self._settled(rule, plan, accepted, end)])

    def _settled(self, rule: AuditRule, plan: Plan, accepted: dt.datetime, end: dt.datetime) -> Past:
        """Cleared by the clerk shortly before the order went on."""
        at = max(end - dt.timedelta(seconds=self._roll.randrange(20, 50)), accepted + dt.timedelta(seconds=5))
        note = self._cleared.get(rule.code, "")
        who = plan.clerk.user_id if plan.clerk else None
        changes = {"cleared_at": at, "cleared_by_id": who, "clear_note": note}
        return self._acts.act("orders.reason.clear", at, plan.clerk, changes, note)

    def _row(self, plan: Plan, opened: dt.datetime, columns: Row) -> dict[str, Any]:
        return {
            "shipping_order_id": plan.shipping_id, "rule_id": None, "note": "", "opened_at": opened,
            "opened_by_id": None, "release_at": None, "cleared_at": None, "cleared_by_id": None, "clear_note": "",
            **columns,
        }  # fmt: skip
