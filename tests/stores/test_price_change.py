"""A price change from proposal to the day on which it holds."""

import datetime as dt
import logging
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.approvals.actions.client import accept_by_silence, answer_as_client, issue_client_link, open_client_page
from apps.approvals.models import ApprovalRequest, Decision, PolicyStep
from apps.approvals.rules.steps import Answer
from apps.core.calendar import today
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.core.invariants import broken
from apps.links.models import SignedLink
from apps.org.actors import Actor
from apps.org.models import Store, User
from apps.stores.actions.apply import apply_due_changes
from apps.stores.actions.decide import cancel_change, withdraw_change
from apps.stores.models import Listing, PriceChange
from apps.stores.queries.shown import is_stale
from apps.workflow.move import IllegalMove
from tests.warehouse.counting import statements_on_tables

Make = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("english")
LABEL = "stores.pricechange"


def _price(listing: Listing) -> Decimal | None:
    return Listing.objects.get(pk=listing.pk).list_price_amount


def _state(change: PriceChange) -> str:
    return PriceChange.objects.get(pk=change.pk).state


def _dies(*_args: object, **_more: object) -> None:
    raise OperationalError("the server closed the connection")


def _tomorrow() -> dt.date:
    return today() + dt.timedelta(days=1)


@pytest.fixture
def banded(a_listing: Make, fengdu: Store, parameter: Make) -> None:
    """±5 % around Fengdu's price of 100.00."""
    parameter("stores.price_band", "5")
    parameter("stores.reference_store", "FD")
    a_listing(store=fengdu)


@pytest.mark.rule("LST-11")
@pytest.mark.usefixtures("own_store")
def test_in_an_own_store_the_director_agrees_and_the_price_holds_from_its_day(
    a_listing: Make, price_to: Make, votes: Make, dora: User
) -> None:
    listing = a_listing()
    change = price_to(listing, "89.00", on=_tomorrow())

    assert votes(dora, change) == Answer.APPROVED
    assert apply_due_changes() == 0
    assert (_state(change), _price(listing)) == ("approved", Decimal("100.00"))
    with time_machine.travel(timezone.now() + dt.timedelta(days=1), tick=False):
        assert apply_due_changes() == 1
        assert apply_due_changes() == 0

    assert (_state(change), _price(listing)) == ("applied", Decimal("89.00"))
    assert not [each for each in broken() if each.invariant.id.startswith(("stores.", "approvals."))]


@pytest.mark.rule("LST-20")
def test_in_a_clients_store_the_client_confirms_after_the_director(
    a_listing: Make, price_to: Make, votes: Make, dora: User, request_of: Make
) -> None:
    listing = a_listing()
    change = price_to(listing, "89.00")

    assert votes(dora, change) == Answer.WAITING
    assert (apply_due_changes(), _state(change)) == (0, "submitted")
    request = request_of(change)
    token = issue_client_link(request.pk, by=Actor.of(dora))
    assert answer_as_client(token, verdict="approve", name="陈女士", version=request.version) == Answer.APPROVED
    apply_due_changes()

    assert (_state(change), _price(listing)) == ("applied", Decimal("89.00"))


@pytest.mark.rule("LST-20")
def test_the_clients_objection_leaves_the_price_as_it_is(
    a_listing: Make, price_to: Make, votes: Make, dora: User, request_of: Make
) -> None:
    listing = a_listing()
    change = price_to(listing, "89.00")
    votes(dora, change)
    request = request_of(change)
    token = issue_client_link(request.pk, by=Actor.of(dora))

    answer = answer_as_client(token, verdict="refuse", name="陈女士", version=request.version, comment="Too low")

    assert answer == Answer.REFUSED
    assert apply_due_changes() == 0
    assert (_state(change), _price(listing)) == ("refused", Decimal("100.00"))


@pytest.mark.usefixtures("own_store")
@pytest.mark.parametrize("price", ["89", "89.0", "8.9E+1"])
def test_a_price_typed_without_cents_is_approved_like_any_other(
    a_listing: Make, price_to: Make, votes: Make, dora: User, price: str
) -> None:
    listing = a_listing(cost="60.00")
    change = price_to(listing, price)

    assert votes(dora, change) == Answer.APPROVED
    apply_due_changes()

    assert (str(change.new_price), str(_price(listing))) == ("89.00", "89.00")


@pytest.fixture
def asked_of_the_client(
    a_listing: Make, price_to: Make, votes: Make, dora: User, request_of: Make
) -> tuple[ApprovalRequest, str]:
    """A price that the director has approved, whose cost changed after the client's link was sent; and the link's token."""
    PolicyStep.objects.filter(who="client").update(silence_accepts=True)
    listing = a_listing(cost="60.00")
    change = price_to(listing, "89.00")
    votes(dora, change)
    request = request_of(change)
    token = issue_client_link(request.pk, by=Actor.of(dora))
    listing.sku.cost_amount = Decimal("88.00")
    listing.sku.save()
    return request, token


def _lapsed(token: str) -> bool:
    """Both tables say so, only the director has spoken, and the link opens nothing."""
    assert (ApprovalRequest.objects.get().state, PriceChange.objects.get().state) == ("lapsed", "withdrawn")
    assert list(Decision.objects.values_list("by_name", flat=True)) == ["Dora"]
    assert SignedLink.objects.get().revoked_at is not None
    with pytest.raises(NotFound):
        open_client_page(token)
    return not [each for each in broken() if each.invariant.id.startswith(("stores.", "approvals."))]


@pytest.mark.parametrize("verdict", ["approve", "refuse"])
def test_a_client_who_answers_what_has_changed_lets_it_lapse_and_reads_no_internal_word(
    asked_of_the_client: tuple[ApprovalRequest, str], verdict: str
) -> None:
    request, token = asked_of_the_client

    with pytest.raises(Conflict) as refusal:
        answer_as_client(token, verdict=verdict, name="陈女士", version=request.version, comment="Looked at it")

    assert refusal.value.code == "lapsed"
    assert str(refusal.value) == (
        "What you were asked has changed meanwhile, so your answer was not recorded. If it is still needed, you will "
        "get a new link."
    )
    assert _lapsed(token)


def test_silence_about_what_has_changed_lets_it_lapse_and_is_logged(
    asked_of_the_client: tuple[ApprovalRequest, str], caplog: pytest.LogCaptureFixture
) -> None:
    request, token = asked_of_the_client

    with (
        time_machine.travel(timezone.now() + dt.timedelta(days=8), tick=False),
        caplog.at_level(logging.WARNING, logger="opsdesk.approvals"),
    ):
        assert accept_by_silence() == 0
        assert accept_by_silence() == 0

    assert caplog.messages == [f"silence about request {request.pk} was not taken: lapsed"]
    assert _lapsed(token)


def test_the_decision_is_shown_price_margin_floor_and_guide(
    a_listing: Make, price_to: Make, request_of: Make, dora: User, parameter: Make
) -> None:
    parameter("stores.lowest_margin", "20")
    change = price_to(a_listing(cost="60.00", guide="99.00"), "70.00")

    shown = request_of(change).shown

    assert [(label["en"], before, after) for label, before, after in shown["changes"]] == [
        ("List price", "¥100.00", "¥70.00")
    ]
    assert [(label["en"], value, tone) for label, value, tone, _note in shown["figures"]] == [
        ("Change", "-30.00 %", "plain"), ("Margin", "14.29 %", "plain"), ("Floor price", "¥75.00", "bad"),
        ("Guide price", "¥99.00", "bad"),
    ]  # fmt: skip
    assert [text["en"] for text in shown["warnings"]] == [
        "The new price is below the floor price of ¥75.00.",
        "The new price differs from the client's guide price of ¥99.00.",
    ]


@pytest.mark.rule("LST-24", "LST-25", "EX-29")
@pytest.mark.parametrize("price", ["95.00", "105.00"])
@pytest.mark.usefixtures("own_store", "dora", "banded")
def test_a_price_on_the_limit_of_the_band_needs_no_exception(a_listing: Make, price_to: Make, price: str) -> None:
    assert not price_to(a_listing(price="101.00"), price).is_exception


@pytest.mark.rule("LST-24", "LST-25", "EX-29")
@pytest.mark.parametrize("price", ["94.99", "105.01"])
@pytest.mark.usefixtures("own_store", "dora", "banded")
def test_outside_the_band_only_an_exception_is_asked_for_and_the_client_decides_it(
    a_listing: Make, price_to: Make, price: str
) -> None:
    listing = a_listing(price="101.00")

    with pytest.raises(Invalid, match=r"¥95.00 to ¥105.00"):
        price_to(listing, price)
    assert not PriceChange.objects.exists()
    change = price_to(listing, price, as_exception=True)

    assert change.is_exception
    assert list(ApprovalRequest.objects.get().voices.values_list("who", flat=True)) == ["role", "client"]


@pytest.mark.usefixtures("own_store", "dora")
@pytest.mark.parametrize("price", ["0", "-1", "9.999", "NaN", "100.00", "1000000000"])
def test_a_price_that_is_none_or_none_new_is_refused(a_listing: Make, price_to: Make, price: str) -> None:
    listing = a_listing()

    with pytest.raises(Invalid):
        price_to(listing, price)

    assert not PriceChange.objects.exists()
    assert not ApprovalRequest.objects.exists()


@pytest.mark.usefixtures("dora")
def test_a_past_day_or_no_reason_is_refused(a_listing: Make, price_to: Make) -> None:
    listing = a_listing()

    with pytest.raises(Invalid):
        price_to(listing, "89.00", on=today() - dt.timedelta(days=1))
    with pytest.raises(Invalid):
        price_to(listing, "89.00", reason="  ")

    assert not PriceChange.objects.exists()


@pytest.mark.usefixtures("dora")
def test_a_listing_has_one_open_price_change(a_listing: Make, price_to: Make) -> None:
    listing = a_listing()
    price_to(listing, "89.00")

    with pytest.raises(Conflict, match="on its way already"):
        price_to(listing, "88.00")

    assert PriceChange.objects.count() == ApprovalRequest.objects.count() == 1


@pytest.mark.usefixtures("dora")
def test_who_may_not_propose_or_works_for_another_store_proposes_nothing(
    a_listing: Make, price_to: Make, lin: User, person: Make, fengdu: Store
) -> None:
    listing = a_listing()

    with pytest.raises(NotAllowed):
        price_to(listing, "89.00", by=lin)
    with pytest.raises(NotFound):
        price_to(listing, "89.00", by=person("shan", "planner", stores=(fengdu,)))

    assert not PriceChange.objects.exists()


def test_the_proposer_does_not_decide(a_listing: Make, price_to: Make, votes: Make, dora: User, person: Make) -> None:
    both = person("hua", "planner")
    both.groups.add(*dora.groups.all())
    change = price_to(a_listing(), "89.00", by=both)

    with pytest.raises(NotAllowed):
        votes(both, change)

    assert _state(change) == "submitted"


@pytest.mark.usefixtures("own_store")
def test_costs_that_changed_meanwhile_let_the_request_lapse(
    a_listing: Make, price_to: Make, votes: Make, dora: User
) -> None:
    listing = a_listing(cost="60.00")
    change = price_to(listing, "89.00")
    listing.sku.cost_amount = Decimal("88.00")
    listing.sku.save()

    with pytest.raises(Conflict, match="has lapsed"):
        votes(dora, change)

    assert ApprovalRequest.objects.get().state == "lapsed"
    assert (_state(change), _price(listing)) == ("withdrawn", Decimal("100.00"))
    assert votes(dora, price_to(listing, "89.00")) == Answer.APPROVED


@pytest.mark.usefixtures("own_store", "dora")
def test_a_request_lapses_by_the_figures_that_it_showed_and_not_by_one_that_is_worked_out_only_since(
    a_listing: Make, price_to: Make, request_of: Make
) -> None:
    change = price_to(a_listing(cost="60.00"), "89.00")
    shown = request_of(change).shown
    basis = shown["basis"]
    older = {name: figure for name, figure in basis.items() if name != "asks_client"}

    judged = [
        is_stale({**shown, "basis": each}, change)
        for each in (
            basis,
            older,
            {**older, "cost": "61.00"},
            {**basis, "asks_client": True},
            {**basis, "gone": "1"},
            {},
        )
    ]

    assert judged == [False, False, True, True, True, True]


@pytest.mark.usefixtures("own_store", "dora")
def test_a_stranger_lets_nothing_lapse(a_listing: Make, price_to: Make, votes: Make, foreigner: User) -> None:
    listing = a_listing(cost="60.00")
    change = price_to(listing, "89.00")
    listing.sku.cost_amount = Decimal("88.00")
    listing.sku.save()

    with pytest.raises(NotFound):
        votes(foreigner, change)

    assert (_state(change), ApprovalRequest.objects.get().state) == ("submitted", "open")


@pytest.mark.usefixtures("dora")
def test_the_proposer_takes_a_waiting_change_back(a_listing: Make, price_to: Make, wei: User, request_of: Make) -> None:
    listing = a_listing()
    change = price_to(listing, "89.00")

    withdraw_change(request_of(change).pk, by=Actor.of(wei), reason="Typing error")

    assert (_state(change), ApprovalRequest.objects.get().state) == ("withdrawn", "withdrawn")
    assert _state(price_to(listing, "98.00")) == "submitted"


@pytest.mark.usefixtures("own_store")
def test_an_approved_change_is_cancelled_before_its_day_and_not_after(
    a_listing: Make, price_to: Make, votes: Make, dora: User, wei: User
) -> None:
    listing = a_listing()
    change = price_to(listing, "89.00", on=_tomorrow())
    votes(dora, change)

    with pytest.raises(Invalid):
        cancel_change(LABEL, change.pk, by=Actor.of(wei), reason="")
    with pytest.raises(NotAllowed):
        cancel_change(LABEL, change.pk, by=Actor.of(dora), reason="No")
    cancel_change(LABEL, change.pk, by=Actor.of(wei), reason="The campaign is off")
    with time_machine.travel(timezone.now() + dt.timedelta(days=2), tick=False):
        assert apply_due_changes() == 0

    assert (_state(change), _price(listing)) == ("cancelled", Decimal("100.00"))
    with pytest.raises(IllegalMove):
        cancel_change(LABEL, change.pk, by=Actor.of(wei), reason="Again")


@pytest.mark.rule("LST-10")
def test_nobody_writes_a_price_or_a_title_past_the_changes(a_listing: Make) -> None:
    listing = a_listing()

    for column, value in (("list_price_amount", Decimal(1)), ("title", "杯"), ("state", "delisted")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Listing.objects.filter(pk=listing.pk).update(**{column: value})

    assert _price(listing) == Decimal("100.00")


@pytest.mark.usefixtures("own_store")
def test_a_sweep_that_dies_half_way_leaves_nothing_half_done(
    a_listing: Make, price_to: Make, votes: Make, dora: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = a_listing()
    change = price_to(listing, "89.00")
    votes(dora, change)

    with monkeypatch.context() as broken_pipe, pytest.raises(OperationalError):
        broken_pipe.setattr("apps.stores.actions.apply.signed", _dies)
        apply_due_changes()
    assert (_state(change), _price(listing)) == ("approved", Decimal("100.00"))
    assert apply_due_changes() == 1

    assert (_state(change), _price(listing)) == ("applied", Decimal("89.00"))


@pytest.mark.usefixtures("own_store")
def test_applying_many_costs_as_many_statements_as_applying_one(
    a_listing: Make, price_to: Make, votes: Make, dora: User
) -> None:
    def cost(count: int) -> int:
        for _n in range(count):
            votes(dora, price_to(a_listing(), "89.00"))
        with CaptureQueriesContext(connection) as asked:
            assert apply_due_changes() == count
        return len(statements_on_tables(asked))

    assert cost(1) == cost(3)
