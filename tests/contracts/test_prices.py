"""What a contract says about prices comes before the parameters; where it says nothing, a client is asked."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission

from apps.approvals.models import ApprovalRequest
from apps.approvals.rules.steps import Answer
from apps.contracts.actions import Price, activate_contract, end_contract, first_open_day_of_prices, set_clause
from apps.contracts.models import Contract, PriceClause
from apps.core.calendar import today
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, User
from apps.stores.models import Listing, PriceChange
from apps.stores.questions import PRICE_TERMS, PriceTerms
from tests.contracts.builders import day

pytest_plugins = ["tests.stores.builders"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Make = Callable[..., Any]
A_MONTH = dt.timedelta(days=30)


@pytest.fixture
def agreed(a_contract: Make) -> Callable[..., Contract]:
    """A contract in force that says something about prices: `agreed(asks_client=False)`."""

    def make(*, on: str | dt.date = "2026-01-01", contract: Contract | None = None, **says: Any) -> Contract:
        row: Contract = contract or a_contract(is_active=False)
        begins = day(on) if isinstance(on, str) else on
        set_clause(row.pk, Price(**says), effective_from=begins, by=SYSTEM, reason="价格约定")
        return row if contract else activate_contract(row.pk, by=SYSTEM)

    return make


def _asked() -> list[str]:
    """Who is asked about the one open change."""
    return list(ApprovalRequest.objects.get().voices.order_by("position").values_list("who", flat=True))


@pytest.mark.rule("LST-20")
@pytest.mark.usefixtures("dora")
def test_a_contract_that_says_nothing_about_prices_leaves_the_client_asked(
    a_contract: Make, a_listing: Make, price_to: Make
) -> None:
    a_contract()

    price_to(a_listing(), "89.00")

    assert _asked() == ["role", "client"]


@pytest.mark.rule("LST-20")
def test_where_the_contract_asks_no_client_the_director_alone_decides(
    agreed: Make, a_listing: Make, price_to: Make, votes: Make, dora: User
) -> None:
    agreed(asks_client=False)
    change = price_to(a_listing(), "89.00")

    answer = votes(dora, change)

    assert (answer, PriceChange.objects.get().state) == (Answer.APPROVED, "approved")


@pytest.mark.rule("LST-24", "LST-25")
@pytest.mark.usefixtures("dora")
def test_the_band_and_the_reference_store_of_the_contract_come_before_the_parameters(
    agreed: Make, a_listing: Make, price_to: Make, parameter: Make, fengdu: Store
) -> None:
    parameter("stores.price_band", "50")
    a_listing(store=fengdu, price="200.00")
    listing = a_listing(price="201.00")
    agreed(asks_client=False, band=Decimal("0.05"), reference_store=fengdu.code)

    with pytest.raises(Invalid, match=r"¥190\.00 to ¥210\.00"):
        price_to(listing, "189.99")
    assert not PriceChange.objects.exists()
    change = price_to(listing, "189.99", as_exception=True)

    assert change.is_exception
    assert _asked() == ["role", "client"]


@pytest.mark.rule("LST-24")
@pytest.mark.usefixtures("dora")
def test_a_band_without_a_store_lies_around_the_parameters_store(
    agreed: Make, a_listing: Make, price_to: Make, parameter: Make, fengdu: Store
) -> None:
    parameter("stores.reference_store", "FD")
    a_listing(store=fengdu)
    listing = a_listing(price="101.00")
    agreed(band=Decimal("0.10"))

    with pytest.raises(Invalid, match=r"¥90\.00 to ¥110\.00"):
        price_to(listing, "89.99")

    assert not PriceChange.objects.exists()


@pytest.mark.rule("LST-24")
@pytest.mark.usefixtures("dora")
def test_a_contract_without_a_band_frees_its_stores_from_the_parameters_one(
    agreed: Make, a_listing: Make, price_to: Make, parameter: Make, fengdu: Store
) -> None:
    parameter("stores.price_band", "5")
    parameter("stores.reference_store", "FD")
    a_listing(store=fengdu)
    agreed(asks_client=False, band=Decimal(0))

    change = price_to(a_listing(), "50.00")

    assert not change.is_exception
    assert _asked() == ["role"]


@pytest.mark.rule("LST-76")
@pytest.mark.usefixtures("dora")
def test_the_lowest_margin_of_the_contract_makes_the_floor(
    agreed: Make, a_listing: Make, price_to: Make, parameter: Make
) -> None:
    parameter("stores.lowest_margin", "20")
    agreed(lowest_margin=Decimal("0.40"))

    price_to(a_listing(cost="60.00"), "99.00")

    warnings = [text["en"] for text in ApprovalRequest.objects.get().shown["warnings"]]
    assert warnings == ["The new price is below the floor price of ¥100.00."]


@pytest.mark.rule("CON-33", "LST-20")
@pytest.mark.usefixtures("dora")
def test_what_holds_on_the_day_of_the_price_counts_not_what_holds_today(
    agreed: Make, a_listing: Make, price_to: Make
) -> None:
    agreed(asks_client=False, on=today() + A_MONTH)

    before = price_to(a_listing("QH-1"), "89.00", on=today() + A_MONTH - dt.timedelta(days=1))
    then = price_to(a_listing("QH-2"), "89.00", on=today() + A_MONTH)

    asked = {
        request.subject_id: list(request.voices.order_by("position").values_list("who", flat=True))
        for request in ApprovalRequest.objects.all()
    }
    assert asked == {before.pk: ["role", "client"], then.pk: ["role"]}


def test_a_draft_binds_nobody_and_an_ended_contract_until_its_last_day(
    agreed: Make, a_contract: Make, qinghe: Store
) -> None:
    draft = agreed(contract=a_contract(is_active=False), asks_client=False)
    terms = PRICE_TERMS.ask().terms
    before = terms(qinghe.pk, today())
    activate_contract(draft.pk, by=SYSTEM)
    during = terms(qinghe.pk, today())
    end_contract(draft.pk, on=today() + A_MONTH, reason="解约", by=SYSTEM)

    last, after = (terms(qinghe.pk, today() + A_MONTH + dt.timedelta(days=n)) for n in (0, 1))

    assert [each.asks_client for each in (before, during, last, after)] == [None, False, False, None]


def test_another_stores_contract_says_nothing_here(agreed: Make, qinghe: Store, fengdu: Store) -> None:
    agreed(asks_client=False)

    assert PRICE_TERMS.ask().terms(qinghe.pk, today()).asks_client is False
    assert PRICE_TERMS.ask().terms(fengdu.pk, today()) == PriceTerms()


@pytest.mark.usefixtures("dora")
def test_while_nobody_answers_for_the_contracts_the_parameters_hold_and_the_client_is_asked(
    agreed: Make, a_listing: Make, price_to: Make, monkeypatch: pytest.MonkeyPatch, parameter: Make
) -> None:
    agreed(asks_client=False, lowest_margin=Decimal("0.40"))
    parameter("stores.lowest_margin", "20")
    monkeypatch.setattr(PRICE_TERMS, "_answerer", None)

    price_to(a_listing(cost="60.00"), "99.00")

    assert _asked() == ["role", "client"]
    assert ApprovalRequest.objects.get().shown["warnings"] == []


@pytest.mark.rule("LST-20")
def test_a_contract_that_changes_while_a_price_waits_lets_the_request_lapse(
    agreed: Make, a_listing: Make, price_to: Make, votes: Make, dora: User
) -> None:
    contract = agreed(asks_client=False)
    change = price_to(a_listing(), "89.00")
    agreed(contract=contract, asks_client=True, on=today())

    with pytest.raises(Conflict, match="has changed meanwhile"):
        votes(dora, change)

    assert (ApprovalRequest.objects.get().state, PriceChange.objects.get().state) == ("lapsed", "withdrawn")
    assert Listing.objects.get().list_price_amount == Decimal("100.00")


@pytest.mark.parametrize(
    ("says", "code"),
    [
        ({"band": Decimal("1.01")}, "figures"),
        ({"band": Decimal("-0.01")}, "figures"),
        ({"lowest_margin": Decimal("0.96")}, "figures"),
        ({"reference_store": "NIRGENDS"}, "no_store"),
    ],
)
def test_a_price_clause_that_cannot_be_is_refused(a_contract: Make, says: dict[str, Any], code: str) -> None:
    contract = a_contract()

    with pytest.raises(Invalid) as refused:
        set_clause(contract.pk, Price(**says), effective_from=today(), by=SYSTEM, reason="价格约定")

    assert (refused.value.code, PriceClause.objects.count()) == (code, 0)


def test_a_store_that_one_does_not_work_for_is_no_reference(
    a_contract: Make, person: Make, fengdu: Store, dora: User
) -> None:
    contract, keeper = a_contract(), person("ke")
    keeper.user_permissions.add(Permission.objects.get(codename="keep_contract"))
    elsewhere = Price(reference_store=fengdu.code)

    with pytest.raises(Invalid) as refused:
        set_clause(contract.pk, elsewhere, effective_from=today(), by=Actor.of(keeper), reason="价格约定")
    with pytest.raises(NotAllowed):
        set_clause(contract.pk, Price(), effective_from=today(), by=Actor.of(dora), reason="价格约定")

    assert (refused.value.code, PriceClause.objects.count()) == ("no_store", 0)


def test_prices_change_also_within_a_settled_month_because_no_statement_counts_with_them(
    a_contract: Make, submitted: Make, today_is: Make
) -> None:
    contract = a_contract()
    submitted(contract, "2026-01")
    today_is("2026-01-20")

    clause = set_clause(
        contract.pk, Price(asks_client=False), effective_from=day("2026-01-20"), by=SYSTEM, reason="价格约定"
    )

    assert (clause.days.lower, PriceClause.objects.count()) == (day("2026-01-20"), 1)


@pytest.mark.rule("CON-33", "LST-20")
def test_what_prices_were_decided_by_stays_what_was_agreed(agreed: Make) -> None:
    contract = agreed(asks_client=False)
    yesterday = today() - dt.timedelta(days=1)

    with pytest.raises(Invalid, match="from today on") as refused:
        agreed(contract=contract, asks_client=True, on=yesterday)

    clause = PriceClause.objects.get()
    assert (refused.value.code, clause.asks_client, clause.last_day) == ("past_day", False, None)
    assert first_open_day_of_prices(contract) == today()


def test_the_prices_of_a_draft_begin_with_the_contract(a_contract: Make) -> None:
    assert first_open_day_of_prices(a_contract(is_active=False)) == day("2026-01-01")


@pytest.mark.rule("LST-24")
def test_a_band_around_no_store_at_all_is_refused(
    a_contract: Make, agreed: Make, parameter: Make, fengdu: Store
) -> None:
    contract = a_contract()

    with pytest.raises(Invalid, match="needs a reference store") as refused:
        agreed(contract=contract, on=today(), band=Decimal("0.05"))
    assert (refused.value.code, PriceClause.objects.count()) == ("no_reference", 0)
    parameter("stores.reference_store", fengdu.code)
    agreed(contract=contract, on=today(), band=Decimal("0.05"))

    assert PriceClause.objects.get().band == Decimal("0.05")


@pytest.mark.rule("LST-20", "LST-24")
@pytest.mark.usefixtures("dora")
def test_where_nobody_knows_the_price_that_the_band_lies_around_the_client_is_asked(
    agreed: Make, a_listing: Make, price_to: Make, fengdu: Store
) -> None:
    agreed(asks_client=False, band=Decimal("0.05"), reference_store=fengdu.code)

    change = price_to(a_listing(), "1.00")

    warnings = [text["en"] for text in ApprovalRequest.objects.get().shown["warnings"]]
    assert not change.is_exception
    assert _asked() == ["role", "client"]
    assert warnings == [
        "A band of 5.00 % up or down is agreed, but no reference store has a price of this SKU: whether the new price "
        "keeps the band cannot be checked."
    ]
