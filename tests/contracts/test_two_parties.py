"""A statement between two parties: approved by somebody else, sent, confirmed or contested over a link, paid, late."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from apps.approvals.models import ApprovalRequest, PolicyStep
from apps.approvals.queries import inbox_of, readable_requests
from apps.audit.queries import timeline_of
from apps.contracts.actions import (
    BaseFee,
    confirm_by_link,
    draft_again,
    new_link,
    object_by_link,
    pay_lump_sum,
    pay_statement,
    record_confirmation,
    record_objection,
    revise_statement,
    send_statement,
    statement_behind,
    submit_statement,
    withdraw_statement,
)
from apps.contracts.actions.daily import accept_by_silence, every_day, note_overdue
from apps.contracts.actions.issue import papers_of
from apps.contracts.actions.lump_sums import find_lump_sums
from apps.contracts.models import LumpSumClaim, SettlementStatement
from apps.core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from apps.core.invariants import broken
from apps.jobs.actions import run_job
from apps.jobs.models import Finding, Job
from apps.org.actors import Actor
from apps.org.models import Store, User
from apps.workflow.move import IllegalMove, move
from tests.contracts.builders import LUMP_SUM, approve, day, stamp_sending

Make = Callable[..., Any]


def said(refusal: DomainError) -> str:
    """The sentence in English."""
    with override("en"):
        return str(refusal)


def verbs(row: SettlementStatement) -> list[str]:
    """What happened, oldest first; one act may touch the row more than once."""
    return [change.verb.rsplit(".", 1)[1] for change in reversed(timeline_of(row))]


@pytest.mark.rule("CON-43", "CON-44", "FIN-23")
def test_it_goes_from_draft_to_paid_through_four_pairs_of_hands(
    a_contract: Make, receive: Make, sent: Make, as_otto: Actor
) -> None:
    receive("2026-01-05", "4000000")
    row, token = sent(a_contract(), "2026-01")

    confirm_by_link(token, name=" 周敏 ")
    pay_statement(row.pk, paid_on=day("2026-02-10"), by=as_otto)

    row.refresh_from_db()
    assert (row.state, row.answer, row.answered_by) == ("paid", "link", "周敏")
    assert (row.paid_on, row.penalty_amount, row.revision) == (day("2026-02-10"), 0, 1)
    assert verbs(row) == ["submit", "approve", "send", "confirm", "pay"]
    assert [each.actor for each in reversed(timeline_of(row))] == ["Otto", "Dora", "Finn", "周敏", "Otto"]
    assert broken() == [] or all(not each.invariant.id.startswith("contracts.") for each in broken())


class TestApproval:
    """Who works it out does not approve it."""

    @pytest.mark.rule("CON-43")
    def test_nobody_is_asked_about_a_month_that_is_not_over(
        self, a_contract: Make, drafted: Make, as_otto: Actor, today_is: Make
    ) -> None:
        today_is("2026-02-01")
        row = drafted(a_contract(), "2026-01")
        today_is("2026-01-31")

        with pytest.raises(IllegalMove) as refused:
            move(row.submit, by=as_otto)

        assert said(refused.value).endswith("it can be worked out and submitted from 2026-02-01 on.")
        row.refresh_from_db()
        assert (row.state, row.submitted_at, timeline_of(row)) == ("draft", None, [])

    def test_whoever_submitted_it_cannot_decide(
        self, a_contract: Make, drafted: Make, dora: User, as_otto: Actor
    ) -> None:
        row = submit_statement(drafted(a_contract(), "2026-01").pk, by=as_otto)

        with pytest.raises(NotAllowed) as refused:
            approve(row, by=as_otto)

        row.refresh_from_db()
        assert refused.value.code == "four_eyes"
        assert (row.state, papers_of(row).count()) == ("submitted", 0)

    def test_a_refusal_gives_it_back_with_its_reason(self, submitted: Make, a_contract: Make, as_dora: Actor) -> None:
        row = submitted(a_contract(), "2026-01")

        approve(row, by=as_dora, verdict="refuse", comment="四月账单还没导入")

        assert row.state == "draft"
        assert timeline_of(row)[0].reason == "四月账单还没导入"

    def test_who_asked_may_take_it_back(self, submitted: Make, a_contract: Make, as_otto: Actor) -> None:
        row = submitted(a_contract(), "2026-01")
        request = ApprovalRequest.objects.get()

        withdraw_statement(request.pk, by=as_otto, reason="再核对一次")

        row.refresh_from_db()
        request.refresh_from_db()
        assert (row.state, request.state) == ("draft", "withdrawn")

    def test_a_draft_that_is_no_longer_true_is_not_submitted(
        self, a_contract: Make, drafted: Make, receive: Make, as_otto: Actor, dora: User
    ) -> None:
        row = drafted(a_contract(), "2026-01")
        receive("2026-01-05", "100")

        with pytest.raises(Conflict) as refused:
            submit_statement(row.pk, by=as_otto)

        row.refresh_from_db()
        assert refused.value.code == "stale"
        assert (row.state, ApprovalRequest.objects.count()) == ("draft", 0)

    def test_another_version_than_was_shown_is_not_decided(
        self, submitted: Make, a_contract: Make, as_dora: Actor
    ) -> None:
        from apps.contracts.actions import decide_statement

        row = submitted(a_contract(), "2026-01")
        request = ApprovalRequest.objects.get()

        with pytest.raises(Conflict) as refused:
            decide_statement(request.pk, verdict="approve", by=as_dora, version="0" * 64)

        row.refresh_from_db()
        assert (refused.value.code, row.state) == ("another_version", "submitted")

    def test_finance_cannot_send_before_it_is_approved(self, submitted: Make, a_contract: Make, as_finn: Actor) -> None:
        row = submitted(a_contract(), "2026-01")

        with pytest.raises(IllegalMove):
            send_statement(row.pk, by=as_finn)

    @pytest.mark.rule("CON-53")
    def test_a_request_belongs_to_the_one_store_and_bystanders_need_the_right_to_see_statements(
        self, submitted: Make, a_contract: Make, qinghe: Store, person: Make, *, as_dora: Actor
    ) -> None:
        manager = person("mo", "manager")
        submitted(a_contract(), "2026-01")

        request = ApprovalRequest.objects.get()

        assert manager.has_perm("approvals.view_approvalrequest")
        assert request.store_id == qinghe.pk
        assert list(readable_requests(Actor.of(manager))) == []
        assert list(readable_requests(as_dora)) == [request]

    @pytest.mark.rule("CON-53")
    def test_a_policy_that_names_managers_asks_those_of_the_store_and_of_no_other(
        self, drafted: Make, a_contract: Make, as_otto: Actor, person: Make, fengdu: Store
    ) -> None:
        PolicyStep.objects.filter(policy__kind="contracts.statement").update(role="manager")
        own, stranger = person("mo", "manager"), person("max", "manager", stores=(fengdu,))

        submit_statement(drafted(a_contract(), "2026-01").pk, by=as_otto)

        assert [list(inbox_of(Actor.of(each))) for each in (own, stranger)] == [[ApprovalRequest.objects.get()], []]

    def test_a_contract_of_two_stores_asks_without_a_store(
        self, submitted: Make, a_contract: Make, qinghe: Store, fengdu: Store
    ) -> None:
        fengdu.client = qinghe.client
        fengdu.save()

        submitted(a_contract(stores=(qinghe, fengdu)), "2026-01")

        assert ApprovalRequest.objects.get().store_id is None

    def test_who_worked_it_out_or_submitted_it_does_not_get_the_client_s_link(
        self, drafted: Make, a_contract: Make, as_otto: Actor, as_finn: Actor, as_dora: Actor, *, person: Make
    ) -> None:
        row = drafted(a_contract(), "2026-01", by=as_finn)
        approve(submit_statement(row.pk, by=as_otto), by=as_dora)
        third = Actor.of(person("fay", "finance", stores=()))

        codes = []
        for by in (as_finn, as_otto):
            with pytest.raises(NotAllowed) as refused:
                send_statement(row.pk, by=by)
            codes.append(refused.value.code)
        row.refresh_from_db()
        state = row.state
        token = send_statement(row.pk, by=third)
        with pytest.raises(NotAllowed) as refused:
            new_link(row.pk, by=as_otto)

        assert (codes, state) == (["four_eyes", "four_eyes"], "approved")
        assert "somebody else sends it" in said(refused.value)
        assert statement_behind(token).pk == row.pk


class TestTheClientsDoor:
    """A link without an account: one statement, one answer, then nothing."""

    def test_an_objection_comes_back_with_its_sentence(self, sent: Make, a_contract: Make) -> None:
        row, token = sent(a_contract(), "2026-01")

        object_by_link(token, name="周敏", sentence="1 月 8 日的退款没有扣除")

        row.refresh_from_db()
        assert (row.state, row.objection) == ("objected", "1 月 8 日的退款没有扣除")

    @pytest.mark.parametrize(("name", "sentence"), [("", "不对"), ("  ", "不对"), ("周敏", ""), ("周敏", " \0 ")])
    def test_an_objection_without_name_or_sentence_is_refused_and_the_link_stays_good(
        self, sent: Make, a_contract: Make, name: str, sentence: str
    ) -> None:
        row, token = sent(a_contract(), "2026-01")

        with pytest.raises(Invalid):
            object_by_link(token, name=name, sentence=sentence)

        row.refresh_from_db()
        assert (row.state, statement_behind(token).pk) == ("sent", row.pk)

    def test_unknown_expired_revoked_used_and_superseded_links_look_the_same(
        self, sent: Make, a_contract: Make, today_is: Make, as_finn: Actor
    ) -> None:
        today_is("2026-02-02")
        row, first = sent(a_contract(), "2026-01")
        second = new_link(row.pk, by=as_finn)
        refusals = []

        for token in ("nobody-knows-this", first):
            with pytest.raises(NotFound) as refused:
                statement_behind(token)
            refusals.append(said(refused.value))
        today_is("2026-03-20")
        with pytest.raises(NotFound) as refused:
            statement_behind(second)
        refusals.append(said(refused.value))
        third = new_link(row.pk, by=as_finn)
        confirm_by_link(third, name="周敏")
        with pytest.raises(NotFound) as refused:
            confirm_by_link(third, name="周敏")
        refusals.append(said(refused.value))

        assert set(refusals) == {"This link is not valid, or no longer."}

    def test_an_answer_in_writing_closes_the_link(self, sent: Make, a_contract: Make, as_otto: Actor) -> None:
        row, token = sent(a_contract(), "2026-01")

        record_confirmation(row.pk, name="周敏", reason="邮件 2 月 3 日", by=as_otto)

        row.refresh_from_db()
        assert (row.state, row.answer) == ("confirmed", "writing")
        with pytest.raises(NotFound):
            statement_behind(token)

    def test_the_director_does_not_answer_for_the_client(self, sent: Make, a_contract: Make, as_dora: Actor) -> None:
        row, _token = sent(a_contract(), "2026-01")

        with pytest.raises(NotAllowed):
            record_objection(row.pk, name="周敏", sentence="不对", by=as_dora)

        row.refresh_from_db()
        assert row.state == "sent"


class TestAfterAnObjection:
    """It is worked out anew, and its next paper replaces the one so far."""

    def test_the_revised_paper_replaces_the_first(
        self, sent: Make, a_contract: Make, receive: Make, as_otto: Actor, as_dora: Actor
    ) -> None:
        receive("2026-01-05", "4000000")
        row, token = sent(a_contract(), "2026-01")
        object_by_link(token, name="周敏", sentence="少一笔退款")
        receive("2026-01-09", "-1000")

        revise_statement(row.pk, reason="补退款", by=as_otto)
        draft_again(row.pk, by=as_otto)
        approve(submit_statement(row.pk, by=as_otto), by=as_dora)

        row.refresh_from_db()
        new, old = papers_of(row)
        assert (row.revision, row.commission_amount) == (2, 399_900)
        assert new.supersedes_id == old.pk
        assert old.context["sums"]["commission_amount"] == "400000.00"

    def test_the_contract_is_held_before_the_statement_so_that_no_later_month_is_submitted_meanwhile(
        self, submitted: Make, a_contract: Make, as_otto: Actor, as_dora: Actor
    ) -> None:
        row = submitted(a_contract(), "2026-01")
        approve(row, by=as_dora)

        with CaptureQueriesContext(connection) as asked:
            revise_statement(row.pk, reason="重算", by=as_otto)

        locks = [each["sql"] for each in asked if "FOR UPDATE" in each["sql"] or "FOR NO KEY UPDATE" in each["sql"]]
        assert 'FROM "contracts_contract"' in locks[0]
        assert 'FROM "contracts_settlementstatement"' in locks[1]

    def test_a_month_on_which_a_later_one_stands_is_not_opened_again(
        self, sent: Make, a_contract: Make, as_otto: Actor
    ) -> None:
        contract = a_contract()
        row, token = sent(contract, "2026-01")
        object_by_link(token, name="周敏", sentence="不对")
        sent(contract, "2026-02")

        with pytest.raises(IllegalMove) as refused:
            revise_statement(row.pk, reason="重算", by=as_otto)

        assert "later month" in said(refused.value)


class TestTheCalendar:
    """Silence, late payments, the milestone, last month's run."""

    @pytest.mark.rule("CON-31")
    def test_silence_for_seven_days_accepts_and_says_so(self, sent: Make, a_contract: Make, today_is: Make) -> None:
        today_is("2026-02-02")
        row, token = sent(a_contract(), "2026-01")

        today_is("2026-02-09")
        assert accept_by_silence() == 0
        today_is("2026-02-10")
        assert accept_by_silence() == 1

        row.refresh_from_db()
        assert (row.state, row.answer, row.answered_by) == ("confirmed", "silence", "")
        with pytest.raises(NotFound):
            statement_behind(token)

    @pytest.mark.rule("CON-45", "FIN-25")
    def test_a_confirmed_statement_becomes_overdue_and_costs_a_penalty_ex_17(
        self, sent: Make, a_contract: Make, receive: Make, today_is: Make, as_otto: Actor
    ) -> None:
        today_is("2026-03-02")
        fee = BaseFee(monthly_amount=100_000, months=12)
        contract = a_contract("2026-02-01", base_fee=fee)
        row, token = sent(contract, "2026-02")
        stamp_sending(row)
        confirm_by_link(token, name="周敏")
        assert (row.total_amount, row.due_on) == (100_000, day("2026-03-10"))

        today_is("2026-03-10")
        assert note_overdue() == 0
        today_is("2026-03-25")
        assert note_overdue() == 1
        pay_statement(row.pk, paid_on=day("2026-03-25"), by=as_otto)

        row.refresh_from_db()
        assert (row.state, row.penalty_amount) == ("paid", 500)

    @pytest.mark.rule("CON-45")
    @pytest.mark.parametrize(("paid_on", "penalty"), [("2026-03-25", 0), ("2026-03-26", 100)])
    def test_what_was_sent_after_its_due_day_is_late_only_from_the_sending(
        self, sent: Make, a_contract: Make, today_is: Make, as_otto: Actor, *, paid_on: str, penalty: int
    ) -> None:
        today_is("2026-03-15")
        row, token = sent(a_contract("2026-02-01", base_fee=BaseFee(monthly_amount=100_000, months=12)), "2026-02")
        stamp_sending(row)
        confirm_by_link(token, name="周敏")

        on_that_day = note_overdue()
        today_is("2026-03-16")
        on_the_next = note_overdue()
        today_is(paid_on)
        pay_statement(row.pk, paid_on=day(paid_on), by=as_otto)

        row.refresh_from_db()
        assert (on_that_day, on_the_next) == (0, 1)
        assert (row.due_on, row.late_after, row.penalty_amount) == (day("2026-03-10"), day("2026-03-15"), penalty)

    def test_nothing_to_pay_is_never_overdue(self, sent: Make, a_contract: Make, today_is: Make) -> None:
        today_is("2026-02-02")
        row, token = sent(a_contract(), "2026-01")
        confirm_by_link(token, name="周敏")

        today_is("2026-04-01")

        assert note_overdue() == 0
        row.refresh_from_db()
        assert row.state == "confirmed"

    def test_a_payment_from_the_future_is_refused(
        self, sent: Make, a_contract: Make, today_is: Make, as_otto: Actor
    ) -> None:
        today_is("2026-02-02")
        row, _token = sent(a_contract(), "2026-01")

        with pytest.raises(Invalid):
            pay_statement(row.pk, paid_on=day("2026-02-03"), by=as_otto)

        row.refresh_from_db()
        assert (row.state, row.paid_on) == ("sent", None)

    @pytest.mark.rule("CON-41", "FIN-24")
    def test_the_milestone_is_found_on_its_day_and_due_five_working_days_later_ex_13(
        self, a_contract: Make, receive: Make, today_is: Make, as_otto: Actor
    ) -> None:
        today_is("2026-06-12")
        contract = a_contract("2026-06-01", lump_sum=LUMP_SUM)
        receive("2026-06-10", "2900000")
        receive("2026-06-11", "100000")

        assert [find_lump_sums(), find_lump_sums()] == [1, 1]

        claim = LumpSumClaim.objects.get()
        assert (claim.contract_id, claim.reached_on, claim.due_on) == (
            contract.pk,
            day("2026-06-11"),
            day("2026-06-18"),
        )
        assert claim.amount == 300_000
        assert pay_lump_sum(claim.pk, paid_on=day("2026-06-12"), by=as_otto).paid_on == day("2026-06-12")
        with pytest.raises(Conflict):
            pay_lump_sum(claim.pk, paid_on=day("2026-06-12"), by=as_otto)

    def test_the_first_of_the_month_works_every_contract_out_once(
        self, a_contract: Make, receive: Make, today_is: Make
    ) -> None:
        today_is("2026-02-01")
        a_contract()
        receive("2026-01-05", "3000000")

        first = every_day()
        second = every_day()
        run_job(Job.objects.get().pk)
        third = every_day()

        assert [each["drafting"] for each in (first, second, third)] == [1, 0, 0]
        assert SettlementStatement.objects.get().commission_amount == 300_000
        assert Job.objects.get().state == "succeeded"

    def test_a_contract_that_cannot_be_settled_is_a_finding_and_stops_nobody(
        self, a_contract: Make, today_is: Make
    ) -> None:
        today_is("2026-03-01")
        contract = a_contract()

        every_day()
        run_job(Job.objects.get().pk)

        again = every_day()["drafting"]
        today_is("2026-03-02")
        next_morning = every_day()["drafting"]

        assert (again, next_morning) == (0, 1)
        finding = Finding.objects.get()
        assert (finding.place, finding.text["en"]) == (
            contract.number, "2026-01 has no statement yet; work that month out first.",
        )  # fmt: skip
        assert not SettlementStatement.objects.exists()


def test_the_house_s_own_moves_are_not_on_offer(sent: Make, a_contract: Make, otto: User, as_dora: Actor) -> None:
    from apps.workflow.buttons import buttons_for

    row, _token = sent(a_contract(), "2026-01")

    assert [each.verb.name for each in buttons_for(row, Actor.of(otto))] == ["confirm", "object", "pay"]
    assert buttons_for(row, as_dora) == []
