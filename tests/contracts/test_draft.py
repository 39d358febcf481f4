"""A month is worked out: receipts into tiers, row by row, to the cent; again without change it writes nothing."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.audit.context import signed
from apps.audit.queries import timeline_of
from apps.contracts.actions import (
    OpeningTerms,
    Scale,
    draft_statements,
    end_contract,
    set_clause,
)
from apps.contracts.actions.rows import Explained, write_rows
from apps.contracts.models import Contract, LumpSumClaim, SettlementStatement, StatementRow
from apps.contracts.queries.late import late_receipts
from apps.contracts.queries.receipts import Wanted, add_up
from apps.contracts.rules.commission import CommissionScale, Tier, exact_commission, slices
from apps.contracts.rules.readings import ReceiptsReading, TierReading
from apps.core.errors import DomainError, Invalid, NotAllowed
from apps.core.invariants import broken
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Client, Store
from tests.contracts.builders import BASE_FEE, LUMP_SUM, SCALE, day
from tests.warehouse.counting import statements_on_tables

Make = Callable[..., Any]


def said(sentence: object) -> str:
    """The sentence in English."""
    with override("en"):
        return str(sentence)


def ours() -> list[str]:
    """Promises of this floor that do not hold."""
    return [each.invariant.id for each in broken() if each.invariant.id.startswith("contracts.")]


def rows_of(row: SettlementStatement) -> list[tuple[Any, ...]]:
    """Rate, amount, catch-up, commission, in order."""
    return list(row.rows.order_by("position").values_list("rate", "amount", "is_catch_up", "commission_amount"))


@pytest.mark.rule("CON-37", "CON-41", "AMB-05")
def test_a_year_month_by_month_ex_11(a_contract: Make, receive: Make, drafted: Make, move_on: Make) -> None:
    contract = a_contract(lump_sum=LUMP_SUM)
    months = {"2026-01": 400_000, "2026-02": 600_000, "2026-03": 800_000, "2026-04": 1_000_000, "2026-05": 500_000}
    for month, amount in (months | {"2026-06": 5_200_000}).items():
        receive(f"{month}-11", amount)

    statements = [move_on(drafted(contract, f"2026-{nth:02d}")) for nth in range(1, 7)]

    assert [row.commission_amount for row in statements] == [0, 0, 0, 0, Decimal("330000.00"), Decimal("535000.00")]
    assert [row.cumulative_after for row in statements][-2:] == [Decimal("3300000.00"), Decimal("8500000.00")]
    assert [row.lump_amount for row in statements] == [0, 0, 0, 0, Decimal("300000.00"), 0]
    assert statements[4].total_amount - statements[4].lump_amount == Decimal("30000.00")
    assert statements[4].due_on == day("2026-06-10")
    assert LumpSumClaim.objects.get().reached_on == day("2026-05-11")
    assert ours() == []


@pytest.mark.rule("CON-42", "CON-37")
def test_every_yuan_of_commission_is_traced_to_a_receipt_and_the_tier_that_made_it(
    a_contract: Make, receive: Make, drafted: Make
) -> None:
    contract = a_contract(opening=OpeningTerms(day("2026-03"), Decimal(2_800_000)))
    receive("2026-03-02", "500000.00")
    receive("2026-03-09", "4750000.00")
    receive("2026-03-20", "-100000.00")

    row = drafted(contract, "2026-03")

    assert rows_of(row) == [
        (Decimal("0.1000"), Decimal("500000.00"), False, Decimal("50000.00")),
        (Decimal("0.1000"), Decimal("2800000.00"), True, Decimal("280000.00")),
        (Decimal("0.1000"), Decimal("4700000.00"), False, Decimal("470000.00")),
        (Decimal("0.1300"), Decimal("50000.00"), False, Decimal("6500.00")),
        (Decimal("0.1000"), Decimal("-50000.00"), False, Decimal("-5000.00")),
        (Decimal("0.1300"), Decimal("-50000.00"), False, Decimal("-6500.00")),
    ]
    assert row.commission_amount == Decimal("795000.00")
    assert (row.received_amount, row.refunded_amount, row.counted_amount) == (5_250_000, 100_000, 5_150_000)
    assert ours() == []


@pytest.mark.rule("AMB-04")
@pytest.mark.parametrize(("reading", "commission"), [("net", "50000.00"), ("gross", "52000.00")])
def test_refunds_count_or_not_by_the_contract_s_reading_ex_12(
    a_contract: Make, receive: Make, drafted: Make, reading: str, commission: str
) -> None:
    scale = Scale(SCALE.gate, SCALE.tiers, receipts_reading=ReceiptsReading(reading))
    contract = a_contract(scale=scale, opening=OpeningTerms(day("2026-03"), Decimal(3_300_000)))
    receive("2026-03-05", "520000")
    receive("2026-03-06", "-20000")

    row = drafted(contract, "2026-03")

    assert (row.commission_amount, row.rows.count()) == (Decimal(commission), 2)
    assert ours() == []


@pytest.mark.rule("AMB-01", "AMB-06")
def test_a_scale_read_as_a_whole_gives_the_highest_rate_to_everything(
    a_contract: Make, receive: Make, drafted: Make
) -> None:
    contract = a_contract(scale=Scale(SCALE.gate, SCALE.tiers, TierReading.WHOLE))
    receive("2026-01-05", "8000000")
    receive("2026-01-06", "500000")

    row = drafted(contract, "2026-01")

    assert row.commission_amount == Decimal("1105000.00")
    assert ours() == []


@pytest.mark.rule("CON-36", "CON-38", "AMB-07")
@pytest.mark.parametrize(
    ("receipts", "credit"), [("1999999.99", "30000.00"), ("2000000.00", "0.00")], ids=["EX-02", "EX-03"]
)
def test_the_base_fee_is_charged_twice_and_given_back_with_december(
    a_contract: Make, receive: Make, drafted: Make, move_on: Make, today_is: Make, *, receipts: str, credit: str
) -> None:
    today_is("2027-01-04")
    contract = a_contract("2026-03-01", base_fee=BASE_FEE)
    receive("2026-03-05", receipts)

    rows = [move_on(drafted(contract, f"2026-{nth:02d}")) for nth in range(3, 13)]

    assert [row.base_fee_amount for row in rows[:3]] == [15_000, 15_000, 0]
    assert (rows[-1].credit_amount, rows[-1].commission_amount) == (Decimal(credit), 0)
    assert rows[-1].total_amount == -Decimal(credit)
    assert rows[-1].due_on == day("2027-01-11")


def test_a_second_run_without_change_writes_nothing(a_contract: Make, receive: Make, drafted: Make) -> None:
    contract = a_contract()
    receive("2026-01-05", "3100000")
    row = drafted(contract, "2026-01")
    keys = list(row.rows.values_list("pk", flat=True))

    done = draft_statements([contract.pk], day("2026-01"), by=SYSTEM)

    again = SettlementStatement.objects.get()
    assert (done.new, done.changed, done.unchanged) == ([], [], [contract.pk])
    assert (again.drafted_at, list(again.rows.values_list("pk", flat=True))) == (row.drafted_at, keys)
    assert timeline_of(again) == []


def test_a_receipt_that_came_meanwhile_changes_the_draft(a_contract: Make, receive: Make, drafted: Make) -> None:
    contract = a_contract()
    receive("2026-01-05", "3000000")
    drafted(contract, "2026-01")
    receive("2026-01-04", "100000.05")

    done = draft_statements([contract.pk], day("2026-01"), by=SYSTEM)

    row = SettlementStatement.objects.get()
    assert done.changed == [contract.pk]
    assert (row.commission_amount, row.row_count) == (Decimal("310000.01"), 2)
    assert ours() == []


def test_a_changed_clause_changes_the_draft_and_not_the_settled_month(
    a_contract: Make, receive: Make, drafted: Make, move_on: Make
) -> None:
    contract = a_contract()
    receive("2026-01-05", "4000000")
    receive("2026-02-05", "1000000")
    january = move_on(drafted(contract, "2026-01"))
    drafted(contract, "2026-02")
    better = Scale(SCALE.gate, ((Decimal(0), Decimal("0.12")),))

    set_clause(contract.pk, better, effective_from=day("2026-02-01"), by=SYSTEM, reason="补充协议一")
    done = draft_statements([contract.pk], day("2026-02"), by=SYSTEM)

    february = SettlementStatement.objects.get(month=day("2026-02"))
    january.refresh_from_db()
    assert done.changed == [contract.pk]
    assert (january.commission_amount, february.commission_amount) == (Decimal("400000.00"), Decimal("120000.00"))
    assert january.terms["scale"]["id"] != february.terms["scale"]["id"]


def test_a_refund_after_settlement_is_a_negative_row_with_reference_in_the_next_statement(
    a_contract: Make, receive: Make, drafted: Make, move_on: Make, an_order: Make
) -> None:
    contract, order = a_contract(), an_order().lead_order
    receive("2026-01-05", "4000000", order=order)
    january = move_on(drafted(contract, "2026-01"))
    receive("2026-02-03", "-1000", order=order)
    receive("2026-01-30", "-500", order=order)

    february = drafted(contract, "2026-02")

    found = list(february.rows.order_by("position").values_list("receipt__received_on", "amount", "refers_to__number"))
    january.refresh_from_db()
    assert found == [
        (day("2026-01-30"), Decimal("-500.00"), january.number),
        (day("2026-02-03"), Decimal("-1000.00"), january.number),
    ]
    assert february.commission_amount == Decimal("-150.00")
    assert january.rows.count() == 1
    assert ours() == []


@pytest.mark.rule("CON-37")
def test_a_receipt_that_came_after_the_last_statement_of_an_ended_contract_is_listed_and_breaks_no_promise(
    a_contract: Make, receive: Make, drafted: Make, move_on: Make
) -> None:
    contract = a_contract()
    receive("2026-01-05", "100")
    end_contract(contract.pk, on=day("2026-01-31"), reason="解约", by=SYSTEM)
    move_on(drafted(contract, "2026-01"))
    receive("2026-02-01", "100")
    before = list(late_receipts(contract.pk))

    late = receive("2026-01-20", "-30")

    assert (before, list(late_receipts(contract.pk))) == ([], [late])
    assert ours() == []


class TestWhatCannotBeWorkedOut:
    """Every refusal has its sentence and writes nothing."""

    def refused(self, contract: Contract, month: str) -> str:
        done = draft_statements([contract.pk], day(month), by=SYSTEM)
        assert (done.new, done.changed) == ([], [])
        return said(done.refused[contract.pk])

    def test_a_contract_that_is_still_being_written(self, a_contract: Make) -> None:
        assert self.refused(a_contract(is_active=False), "2026-01") == "The contract is not in force."

    def test_a_month_before_the_contract(self, a_contract: Make) -> None:
        assert self.refused(a_contract("2026-03-01"), "2026-02") == "The contract is settled here from 2026-03 on."

    def test_a_month_after_its_end(self, a_contract: Make) -> None:
        assert self.refused(a_contract(until=day("2026-02-28")), "2026-03") == "The contract ended before this month."

    def test_a_month_whose_forerunner_is_missing(self, a_contract: Make) -> None:
        assert self.refused(a_contract(), "2026-02") == "2026-01 has no statement yet; work that month out first."

    def test_a_month_whose_forerunner_is_still_a_draft(self, a_contract: Make, drafted: Make) -> None:
        contract = a_contract()
        drafted(contract, "2026-01")

        assert self.refused(contract, "2026-02") == "2026-01 is not approved yet; later months build on it."

    def test_a_month_that_is_past_the_draft(self, a_contract: Make, drafted: Make, move_on: Make) -> None:
        contract = a_contract()
        move_on(drafted(contract, "2026-01"))

        assert "was left as it is" in self.refused(contract, "2026-01")

    def test_a_month_that_is_not_over(self, a_contract: Make, today_is: Make) -> None:
        today_is("2026-01-31")
        contract = a_contract()

        with pytest.raises(Invalid) as refused:
            draft_statements([contract.pk], day("2026-01"), by=SYSTEM)

        with override("en"):
            assert str(refused.value).endswith("it can be worked out and submitted from 2026-02-01 on.")
        assert refused.value.code == "month_not_over"
        assert not SettlementStatement.objects.exists()

    def test_somebody_without_the_right(self, a_contract: Make, as_pia: Actor, as_dora: Actor) -> None:
        contract = a_contract()

        for by in (as_pia, as_dora):
            with pytest.raises(NotAllowed):
                draft_statements([contract.pk], day("2026-01"), by=by)

        assert not SettlementStatement.objects.exists()


class TestTheDatabaseRefuses:
    """Whoever asks, and however."""

    def test_rows_of_a_statement_that_is_past_the_draft(
        self, a_contract: Make, receive: Make, drafted: Make, move_on: Make
    ) -> None:
        receive("2026-01-05", "100")
        row = move_on(drafted(a_contract(), "2026-01"))

        with pytest.raises(IntegrityError, match="only while it is a draft"), transaction.atomic():
            StatementRow.objects.filter(statement=row).delete()

        assert row.rows.count() == 1

    def test_figures_that_nobody_worked_out(self, a_contract: Make, drafted: Make) -> None:
        row = drafted(a_contract(), "2026-01")

        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic(), signed("contracts.hand", by=SYSTEM):
            SettlementStatement.objects.filter(pk=row.pk).update(
                commission_after=5, commission_amount=5, total_amount=5
            )

        row.refresh_from_db()
        assert row.total_amount == 0

    def test_a_receipt_in_two_statements(self, a_contract: Make, receive: Make, drafted: Make) -> None:
        receipt = receive("2026-01-05", "100")
        row = drafted(a_contract(), "2026-01")

        with pytest.raises(IntegrityError, match="no_receipt_is_settled_twice"), transaction.atomic():
            StatementRow.objects.create(
                statement=row, position=2, receipt=receipt, slice=1, rate=0, amount=100, is_catch_up=False,
                commission_amount=0,
            )  # fmt: skip

        assert row.rows.count() == 1

    def test_a_store_with_two_contracts_at_once(self, a_contract: Make) -> None:
        a_contract()

        with pytest.raises(DomainError) as refused:
            a_contract("2026-06-01")

        assert refused.value.code == "store_taken"
        assert Contract.objects.count() == 1


def test_the_number_of_statements_is_the_same_for_three_receipts_and_three_hundred(
    a_contract: Make, receive: Make, fengdu: Store
) -> None:
    fengdu.client = Client.objects.create(name="枫渡服饰")
    fengdu.save()
    first, second = a_contract(), a_contract(stores=(fengdu,))

    def ask(contract: Contract, count: int, store: Store | None) -> int:
        for nth in range(count):
            receive(f"2026-01-{nth % 28 + 1:02d}", 20_000 + nth, store=store)
        with CaptureQueriesContext(connection) as asked:
            draft_statements([contract.pk], day("2026-01"), by=SYSTEM)
        return len(statements_on_tables(asked))

    few, many = ask(first, 3, None), ask(second, 300, fengdu)

    assert few == many
    assert many <= 10


def test_a_redraft_of_two_contracts_asks_at_most_ten_statements(a_contract: Make, receive: Make, fengdu: Store) -> None:
    fengdu.client = Client.objects.create(name="枫渡服饰")
    fengdu.save()
    keys = [a_contract().pk, a_contract(stores=(fengdu,)).pk]
    draft_statements(keys[:1], day("2026-01"), by=SYSTEM)
    receive("2026-01-05", 100)
    receive("2026-01-05", 100, store=fengdu)

    with CaptureQueriesContext(connection) as asked:
        done = draft_statements(keys, day("2026-01"), by=SYSTEM)

    assert (done.new, done.changed) == (keys[1:], keys[:1])
    assert len(statements_on_tables(asked)) <= 10


SCALES = [
    CommissionScale(Decimal(gate), tiers, reading)
    for gate in (0, 300, 900)
    for tiers in (
        (Tier(Decimal(0), Decimal("0.1")),),
        (Tier(Decimal(0), Decimal("0.1")), Tier(Decimal(500), Decimal("0.13")), Tier(Decimal(900), Decimal("0.0333"))),
    )
    for reading in TierReading
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.decimals(0, 1_200, places=2),
    amounts=st.lists(st.decimals(-700, 700, places=2).filter(bool), min_size=1, max_size=6),
    scale=st.sampled_from(SCALES),
)
def test_the_rows_that_are_written_say_what_the_rule_says(
    a_draft: Callable[[], SettlementStatement], receive: Make, before: Decimal, amounts: list[Decimal],
    scale: CommissionScale,
) -> None:  # fmt: skip
    row, sums = a_draft(), [before]
    with transaction.atomic():
        for amount in amounts:
            receive("2026-01-05", amount)
            sums.append(sums[-1] + amount)
        total = round_to_cent(exact_commission(sums[-1], scale)) - round_to_cent(exact_commission(before, scale))
        wanted = Wanted(row.contract_id, row.pk, day("2026-01"), day("2026-02"), is_gross=False, before=before)

        received = add_up([wanted], is_listed=True)[row.contract_id]
        write_rows([Explained(row.pk, received, before, scale, total)])

        wrote = [
            (each.rate, each.amount, each.is_catch_up, each.exact_commission) for each in row.rows.order_by("position")
        ]
        expected = [
            (part.rate, part.amount, part.is_catch_up, part.commission)
            for was, now in zip(sums, sums[1:], strict=False)
            for part in slices(was, now, scale)
        ]
        shares = [(each.commission_amount, each.exact_commission) for each in row.rows.all()]
        transaction.set_rollback(True)
    assert sorted(wrote) == sorted(expected)
    assert sum(share for share, _exact in shares) == total
    assert all(abs(share - exact) < Decimal("0.01") for share, exact in shares)


def round_to_cent(amount: Decimal) -> Decimal:
    """Half up."""
    from apps.core.money import rounded

    return rounded(amount)


@pytest.fixture
def a_draft(a_contract: Make, drafted: Make) -> Callable[[], SettlementStatement]:
    """An empty draft of January."""
    row = drafted(a_contract(), "2026-01")
    return lambda: row


@pytest.fixture
def move_on() -> Callable[[SettlementStatement], SettlementStatement]:
    """Approve a statement without its paper, so that the next month can be worked out."""
    from apps.workflow.move import move

    def act(row: SettlementStatement) -> SettlementStatement:
        with transaction.atomic():
            move(row.submit, by=SYSTEM)
            move(row.approve, by=SYSTEM)
        return row

    return act
