"""Changes of prices and listings under approval: applied and refused ones of the last weeks, and what waits today."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import models

from apps.approvals.actions.request import policy_for
from apps.approvals.models import ApprovalRequest, Decision, Voice
from apps.approvals.rules.shown import as_plain, version_of
from apps.approvals.rules.steps import Verdict, Who, applies
from apps.core.calendar import ONE_DAY, day_bounds
from apps.core.money import rounded
from apps.desk.demo.acts import Acts
from apps.desk.demo.company import DemoCompany, DemoPerson
from apps.desk.demo.products import Offer
from apps.desk.demo.source import read
from apps.stores.actions.propose import kind_of
from apps.stores.models import Listing, ListingChange, PriceChange
from apps.stores.queries.pricing import pricing_of
from apps.stores.queries.shown import listing_now, price_facts, price_shown
from apps.workflow.seeding import Past, ended, reserved_keys, write_histories, write_rows

WRITTEN: list[type[models.Model]] = [PriceChange, ListingChange, ApprovalRequest, Voice, Decision]
DECIDED_AFTER, CONFIRMED_AFTER = dt.timedelta(hours=3), dt.timedelta(hours=22)
DECIDED = {"applied", "approved", "client"}
Change = PriceChange | ListingChange


@dataclass(slots=True)
class Story:
    """One proposal while it is told."""

    facts: dict[str, Any]
    change: Change
    planner: DemoPerson
    client: str
    asked_at: dt.datetime
    request: dict[str, Any] = field(default_factory=dict)
    change_past: list[Past] = field(default_factory=list)
    request_past: list[Past] = field(default_factory=list)
    voices: list[dict[str, Any]] = field(default_factory=list)
    decisions: list[dict[str, Any]] = field(default_factory=list)

    @property
    def row(self) -> dict[str, Any]:
        """The change as it was first written."""
        columns = [f.attname for f in self.change._meta.concrete_fields]
        return {name: getattr(self.change, name) for name in columns} | {"state": "draft", "made_at": self.asked_at}


def write(company: DemoCompany, offers: dict[str, list[Offer]], acts: Acts, now: dt.datetime) -> int:
    """Write what was proposed, asked and decided. Returns how many changes."""
    told = read("changes")
    stories = [
        *(_price(company, offers, facts, now) for facts in told["prices"]),
        *(_listing(company, offers, facts, now) for facts in told["listings"]),
    ]
    director = [person for person in company.people if person.role == "director"][-1]
    for story in stories:
        _ask(story)
        _decide(story, director, acts)
    return _save(stories)


def _price(company: DemoCompany, offers: dict[str, list[Offer]], facts: dict[str, Any], now: dt.datetime) -> Story:
    """An applied price is the one that the listing has now; the one before it follows from the percentage."""
    listing = _listing_of(offers, facts)
    price: Decimal = listing.list_price_amount or Decimal(1)
    other = rounded(price * (100 + facts["percent"]) / 100)
    old, new = (other, price) if facts["fate"] == "applied" else (price, other)
    listing.list_price_amount = old
    change = PriceChange(listing=listing, old_price=old, new_price=new)
    return _story(company, change, facts, now)


def _listing(company: DemoCompany, offers: dict[str, list[Offer]], facts: dict[str, Any], now: dt.datetime) -> Story:
    """An applied title is the one that the listing has now, as far as the proposal goes."""
    listing = _listing_of(offers, facts)
    change = ListingChange(listing=listing, kind=facts["kind"])
    if facts["kind"] == ListingChange.Kind.TITLE:
        is_past = facts["fate"] == "applied"
        shorter, longer = listing.title.rsplit(" ", 1)[0], f"{listing.title} {facts.get('more', '')}"
        change.old_title, change.new_title = (shorter, listing.title) if is_past else (listing.title, longer)
    return _story(company, change, facts, now)


def _listing_of(offers: dict[str, list[Offer]], facts: dict[str, Any]) -> Listing:
    offer = offers[facts["store"]][facts["nth"]]
    rows = Listing.objects.select_related("store__client", "sku")
    return rows.get(store__code=facts["store"], platform_sku_id=offer.platform_sku_id)


def _story(company: DemoCompany, change: Change, facts: dict[str, Any], now: dt.datetime) -> Story:
    asked_at = now - dt.timedelta(hours=facts["hours"], minutes=facts["nth"])
    planners = [p for p in company.people if p.role == "planner" and facts["store"] in p.stores]
    planner = planners[facts["nth"] % len(planners)]
    change.applies_on = _day(facts["fate"], asked_at, now)
    change.reason, change.made_by_id = facts["reason"], planner.user_id
    client = next(store.client for store in company.stores if store.code == facts["store"])
    return Story(facts, change, planner, read("changes")["clients"][client], asked_at)


def _day(fate: str, asked_at: dt.datetime, now: dt.datetime) -> dt.date:
    return (asked_at + 2 * ONE_DAY).date() if fate in {"applied", "refused", "withdrawn"} else now.date() + 2 * ONE_DAY


def _ask(story: Story) -> None:
    """The request with its frozen steps, and what everybody is shown."""
    change = story.change
    (change.pk,) = reserved_keys(type(change), 1)
    shown, facts = _shown(change)
    kind, label, store = kind_of(change), change._meta.label_lower, change.listing.store_id
    policy = policy_for(kind, store, story.asked_at.date())
    if policy is None:
        raise LookupError(kind)
    (pk,) = reserved_keys(ApprovalRequest, 1)
    steps = [s for s in policy.steps.order_by("position", "pk") if applies(s.fact, s.operator, s.value, facts)]
    for step, key in zip(steps, reserved_keys(Voice, len(steps)), strict=True):
        frozen = {name: getattr(step, name) for name in ("position", "mode", "who", "role", "employee_id")}
        story.voices.append(
            {"id": key, "request_id": pk, **frozen, "silence_accepts": step.silence_accepts, "link_issued_at": None}
        )
    story.request = {
        "id": pk, "kind": kind, "subject_type": label, "subject_id": change.pk, "store_id": store, "store_ids": [store],
        "policy_id": policy.pk, "shown": _json(as_plain(shown)), "facts": _json(as_plain(facts)),
        "version": version_of(kind=kind, subject=f"{label}:{change.pk}", shown=shown, facts=facts),
        "reason": change.reason, "requested_by_id": story.planner.user_id, "requested_by_name": story.planner.name,
        "requested_at": story.asked_at, "barred_ids": [], "position": 1, "step_opened_at": story.asked_at,
        "reminded_at": None, "state": "open", "ended_at": None,
    }  # fmt: skip


def _shown(change: Change) -> tuple[dict[str, Any], dict[str, Any]]:
    if isinstance(change, ListingChange):
        return listing_now(change)
    pricing = pricing_of(change.listing, change.new_price)
    return price_shown(change, pricing), dict(price_facts(change, pricing))


def _decide(story: Story, director: DemoPerson, acts: Acts) -> None:
    """The director after some hours, the client a day later; the clock on the day."""
    fate, machine = story.facts["fate"], type(story.change)
    comment = story.facts.get("comment", "")
    first, last = story.voices[0], story.voices[-1]
    decided_at, confirmed_at = story.asked_at + DECIDED_AFTER, story.asked_at + CONFIRMED_AFTER
    story.change_past.append(acts.move(machine, "submit", story.asked_at, story.planner))
    if fate in {"withdrawn", "refused"}:
        verb, who = ("withdraw", story.planner) if fate == "withdrawn" else ("refuse", director)
        story.request_past.append(acts.move(ApprovalRequest, verb, decided_at, who, reason=comment))
        story.change_past.append(acts.move(machine, verb, decided_at, who, reason=comment))
        if fate == "refused":
            story.decisions.append(_said(story, first, Verdict.REFUSE, director, decided_at))
    if fate in DECIDED:
        story.decisions.append(_said(story, first, Verdict.APPROVE, director, decided_at))
        if last["who"] == Who.CLIENT:
            _open_for_client(story, director, acts, decided_at)
    if fate in {"applied", "approved"}:
        at = confirmed_at if last["who"] == Who.CLIENT else decided_at
        if last["who"] == Who.CLIENT:
            story.decisions.append(_said(story, last, Verdict.APPROVE, None, confirmed_at))
        story.request_past.append(acts.move(ApprovalRequest, "approve", at, None))
        story.change_past.append(acts.move(machine, "approve", at, None))
    if fate == "applied":
        day = day_bounds(story.change.applies_on)[0] + dt.timedelta(minutes=1)
        story.change_past.append(acts.move(machine, "apply", day, None))


def _open_for_client(story: Story, director: DemoPerson, acts: Acts, at: dt.datetime) -> None:
    changes = {"position": story.voices[-1]["position"], "step_opened_at": at}
    story.request_past.append(acts.act("approvals.approvalrequest.decide", at, director, changes))
    story.voices[-1]["link_issued_at"] = at + dt.timedelta(minutes=12)


def _said(story: Story, voice: dict[str, Any], verdict: str, by: DemoPerson | None, at: dt.datetime) -> dict[str, Any]:
    return {
        "request_id": story.request["id"], "voice_id": voice["id"], "verdict": str(verdict),
        "by_id": by.user_id if by else None, "by_name": by.name if by else story.client, "in_stead_of_id": None,
        "comment": story.facts.get("comment", ""), "version": story.request["version"], "at": at,
    }  # fmt: skip


def _save(stories: list[Story]) -> int:
    """Rows first, then what they were before."""
    changes = 0
    for model in (PriceChange, ListingChange):
        mine = [(story.row, story.change_past) for story in stories if isinstance(story.change, model)]
        write_rows(model, (ended(row, past) for row, past in mine))
        changes += write_histories(model, mine)
    requests = [(story.request, story.request_past) for story in stories]
    write_rows(ApprovalRequest, (ended(row, past) for row, past in requests))
    changes += write_histories(ApprovalRequest, [(_tracked(row), past) for row, past in requests])
    write_rows(Voice, _all(story.voices for story in stories))
    write_rows(Decision, _all(story.decisions for story in stories))
    return changes


def _tracked(row: dict[str, Any]) -> dict[str, Any]:
    """The columns that the history keeps."""
    return {name: value for name, value in row.items() if name not in {"shown", "facts"}}


def _all(parts: Iterable[list[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    for part in parts:
        yield from part


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
