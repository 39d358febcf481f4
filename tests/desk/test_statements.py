"""Contracts and statements at the desk."""

import re
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.contrib.postgres.functions import TransactionNow
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.approvals.models import ApprovalRequest
from apps.audit.models import Export
from apps.contracts.actions import Due, Price, Scale, activate_contract, draft_statements, set_clause
from apps.contracts.actions.draft import draft_again
from apps.contracts.models import (
    BaseFeeClause,
    Contract,
    ContractLook,
    LumpSumClaim,
    PriceClause,
    ScaleClause,
    SettlementStatement,
)
from apps.core.calendar import today
from apps.jobs.models import Job
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, StoreGrant, User
from tests.contracts.builders import BASE_FEE, DUE, LUMP_SUM, SCALE, day
from tests.desk.pages import text_of

pytest_plugins = ["tests.contracts.builders"]
Browse = Callable[..., Client]
Make = Callable[..., Any]
CAST = ("lin", "mara", "noor", "otto", "pia", "dora")
SEE = {"otto", "dora"}


class TestWhoComesIn:
    """The permission table of these pages."""

    PAGES = {
        "/desk/statements/": SEE,
        "/desk/contracts/": SEE,
        "/desk/contracts/new/": {"otto"},
    }

    @pytest.mark.parametrize("who", CAST)
    @pytest.mark.parametrize("page", PAGES)
    def test_a_page_opens_for_those_whose_role_has_its_right(
        self, request: pytest.FixtureRequest, browse: Browse, who: str, page: str
    ) -> None:
        answer = browse(request.getfixturevalue(who)).get(page)

        assert answer.status_code == (200 if who in self.PAGES[page] else 403)

    @pytest.mark.rule("CON-53", "SEC-30")
    def test_a_contract_is_not_there_for_who_works_for_one_of_its_stores_only(
        self, browse: Browse, a_contract: Make, drafted: Make, person: Make, *, fengdu: Store, qinghe: Store
    ) -> None:
        from django.contrib.auth.models import Permission

        fengdu.client = qinghe.client
        fengdu.save()
        contract = a_contract(stores=(qinghe, fengdu))
        row = drafted(contract, "2026-01")
        some = person("sam")
        names = ["view_contract", "view_settlementstatement", "draft_statement"]
        some.user_permissions.set(Permission.objects.filter(codename__in=names))
        pages = [f"/desk/contracts/{contract.pk}/", f"/desk/statements/{row.pk}/"]

        half = [browse(some).get(page).status_code for page in pages]
        verb = browse(some).post(f"/desk/statements/{row.pk}/draft/").status_code
        StoreGrant.objects.create(user=some, store=fengdu)
        whole = [browse(User.objects.get(pk=some.pk)).get(page).status_code for page in pages]

        assert (half, verb, whole) == ([404, 404], 404, [200, 200])

    @pytest.mark.rule("CON-53")
    def test_who_opens_a_contract_is_written_down(
        self, browse: Browse, a_contract: Make, dora: User, otto: User
    ) -> None:
        contract = a_contract()
        browse(otto).get(f"/desk/contracts/{contract.pk}/")

        page = text_of(browse(dora).get(f"/desk/contracts/{contract.pk}/"))

        assert list(ContractLook.objects.order_by("pk").values_list("user_name", flat=True)) == ["Otto", "Dora"]
        assert "Who looked at it" in page

    @pytest.mark.rule("SEC-31")
    @pytest.mark.parametrize("who", CAST)
    def test_an_export_is_for_those_who_have_the_right_and_stands_in_the_book(
        self, request: pytest.FixtureRequest, browse: Browse, drafted: Make, a_contract: Make, who: str
    ) -> None:
        row = drafted(a_contract(), "2026-01")
        client = browse(request.getfixturevalue(who))

        answers = [
            client.post(f"/desk/statements/{row.pk}/export/").status_code,
            client.post("/desk/statements/export/", {"tab": "all"}).status_code,
        ]

        allowed = who in SEE
        assert answers == [200 if allowed else 403] * 2
        kinds = {"statement_annex", "statements"} if allowed else set()
        assert set(Export.objects.values_list("kind", flat=True)) == kinds


class TestContracts:
    """Written at the desk, put in force by the director."""

    FORM = {
        "number": "DY-9", "effective_from": "2026-01-01", "year_reading": "calendar", "until": "", "client_contact": "周敏",
        "bank_holder": "", "bank_name": "", "bank_account": "", "opening_month": "", "opening_receipts": "",
    }  # fmt: skip
    SCALE = {
        "scale-effective_from": "2026-01-01", "scale-gate": "3000000", "scale-tier_reading": "marginal",
        "scale-receipts_reading": "net", "scale-bound_0": "0", "scale-rate_0": "10", "scale-bound_1": "8000000",
        "scale-rate_1": "13",
    }  # fmt: skip

    def test_finance_writes_it_and_the_director_puts_it_in_force(
        self, browse: Browse, otto: User, dora: User, qinghe: Store
    ) -> None:
        finance = browse(otto)
        finance.post("/desk/contracts/new/", {**self.FORM, "client": qinghe.client_id, "stores": [qinghe.pk]})
        row = Contract.objects.get()
        due = {"due-effective_from": "2026-01-01", "due-due_day": "10", "due-grace_days": "10", "due-daily_rate": "1"}

        finance.post(f"/desk/contracts/{row.pk}/clauses/scale/", self.SCALE)
        finance.post(f"/desk/contracts/{row.pk}/clauses/due/", {**due, "due-penalty_reading": "after_grace"})
        refused = finance.post(f"/desk/contracts/{row.pk}/activate/", follow=True)
        browse(dora).post(f"/desk/contracts/{row.pk}/activate/")

        row.refresh_from_db()
        tiers = ScaleClause.objects.get().tiers.values_list("lower_bound", "rate")
        assert list(tiers) == [(0, Decimal("0.1000")), (8_000_000, Decimal("0.1300"))]
        assert "You do not have the right to do this." in text_of(refused)
        assert row.state == "active"

    @pytest.mark.rule("CON-37", "CON-41")
    def test_a_contract_that_runs_already_is_written_with_its_year_so_far(
        self, browse: Browse, otto: User, dora: User, qinghe: Store, receive: Make, *, drafted: Make
    ) -> None:
        client = browse(otto)
        opening = {"opening_month": "2026-03-17", "opening_receipts": "2900000.50", "opening_lump_paid": "on"}
        client.post("/desk/contracts/new/", {**self.FORM, **opening, "client": qinghe.client_id, "stores": [qinghe.pk]})
        contract = Contract.objects.get()
        for clause in (Scale(Decimal(3_000_000), ((Decimal(0), Decimal("0.10")),)), Due(), LUMP_SUM):
            set_clause(contract.pk, clause, effective_from=day("2026-01"), by=SYSTEM)
        activate_contract(contract.pk, by=Actor.of(dora))
        receive("2026-03-20", "199999.50")

        row = drafted(contract, "2026-03")

        page = text_of(client.get(f"/desk/contracts/{contract.pk}/"))
        assert "settled here from 2026-03 on; ¥2,900,000.50 received in the year before it" in page
        assert "the milestone payment of that year was settled before" in page
        assert (row.cumulative_before, row.cumulative_after) == (Decimal("2900000.50"), Decimal("3100000.00"))
        assert (row.commission_amount, row.lump_amount, LumpSumClaim.objects.count()) == (310_000, 0, 0)

    @pytest.mark.parametrize("wrong", [{"opening_month": "2025-12-31"}, {"opening_receipts": "-1"}])
    def test_a_year_so_far_that_cannot_be_writes_no_contract(
        self, browse: Browse, otto: User, qinghe: Store, wrong: dict[str, str]
    ) -> None:
        opening = {"opening_month": "2026-03-01", "opening_receipts": "1", **wrong}

        answer = browse(otto).post(
            "/desk/contracts/new/", {**self.FORM, **opening, "client": qinghe.client_id, "stores": [qinghe.pk]}
        )

        assert answer.status_code == 422
        assert not Contract.objects.exists()

    def test_a_form_that_cannot_be_keeps_what_was_typed_and_changes_nothing(
        self, browse: Browse, otto: User, qinghe: Store, a_contract: Make
    ) -> None:
        a_contract()

        answer = browse(otto).post(
            "/desk/contracts/new/", {**self.FORM, "client": qinghe.client_id, "stores": [qinghe.pk]}
        )

        assert answer.status_code == 422
        assert "has another contract on some of these days" in text_of(answer)
        assert 'value="DY-9"' in text_of(answer)
        assert Contract.objects.count() == 1

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"scale-rate_0": "101"}, "less than or equal to 100"),
            ({"scale-bound_0": "5"}, "These figures cannot be"),
            ({"scale-reason": ""}, "Please give a reason."),
            ({"scale-effective_from": "2025-12-31"}, "The day lies outside the contract."),
        ],
    )
    def test_a_clause_that_cannot_be_is_refused_in_its_form(
        self, browse: Browse, otto: User, a_contract: Make, change: dict[str, str], says: str
    ) -> None:
        contract = a_contract()
        posted = {**self.SCALE, "scale-effective_from": "2026-06-01", "scale-reason": "补充协议", **change}

        answer = browse(otto).post(f"/desk/contracts/{contract.pk}/clauses/scale/", posted)

        assert answer.status_code == 422
        assert says in text_of(answer)
        assert ScaleClause.objects.count() == 1

    def test_a_clause_of_a_settled_month_does_not_change(
        self, browse: Browse, otto: User, a_contract: Make, sent: Make
    ) -> None:
        contract = a_contract(base_fee=BASE_FEE)
        sent(contract, "2026-01")
        posted = {"base_fee-effective_from": "2026-01-15", "base_fee-reason": "优惠", "base_fee-monthly_amount": "1"}

        answer = browse(otto).post(
            f"/desk/contracts/{contract.pk}/clauses/base_fee/", {**posted, "base_fee-months": "2"}
        )

        assert "2026-01 is submitted or settled already" in text_of(answer)
        assert BaseFeeClause.objects.count() == 1

    def test_a_clause_shows_its_last_day_and_not_the_day_after(
        self, browse: Browse, otto: User, a_contract: Make
    ) -> None:
        contract = a_contract()
        set_clause(contract.pk, Due(due_day=15), effective_from=day("2026-06"), by=SYSTEM, reason="补充协议")

        page = text_of(browse(otto).get(f"/desk/contracts/{contract.pk}/"))

        assert "2026-01-01 – 2026-05-31" in page
        assert "2026-06-01 – …" in page

    @pytest.mark.rule("LST-20", "LST-24")
    def test_what_is_agreed_about_prices_is_written_in_percent_and_read_in_words(
        self, browse: Browse, otto: User, a_contract: Make, fengdu: Store
    ) -> None:
        address = f"/desk/contracts/{a_contract().pk}/"
        posted = {
            "price-effective_from": f"{today()}", "price-reason": "补充协议", "price-band": "5.5",
            "price-reference_store": " FD ", "price-lowest_margin": "20",
        }  # fmt: skip
        client = browse(otto)
        wrong = client.post(f"{address}clauses/price/", {**posted, "price-lowest_margin": "96"})
        unknown = client.post(f"{address}clauses/price/", {**posted, "price-reference_store": "XX"})

        client.post(f"{address}clauses/price/", posted)

        page = text_of(client.get(address))
        clause = PriceClause.objects.get()
        assert (wrong.status_code, unknown.status_code) == (422, 422)
        assert "There is no store with the code XX." in text_of(unknown)
        assert (clause.asks_client, clause.band, clause.lowest_margin, clause.reference_store) == (
            False, Decimal("0.0550"), Decimal("0.2000"), fengdu,
        )  # fmt: skip
        assert "the client is asked only when a price leaves the band" in page
        assert f"± 5.50 % of the list price in {fengdu.name}" in page
        assert "lowest margin 20.00 %" in page

    @pytest.mark.rule("CON-33", "LST-20")
    def test_the_form_of_a_clause_begins_with_what_is_said_now(
        self, browse: Browse, otto: User, a_contract: Make, fengdu: Store
    ) -> None:
        contract = a_contract()
        says = Price(asks_client=False, band=Decimal("0.055"), reference_store="FD", lowest_margin=Decimal("0.20"))
        set_clause(contract.pk, says, effective_from=today(), by=SYSTEM, reason="补充协议")

        parts = browse(otto).get(f"/desk/contracts/{contract.pk}/").context["parts"]

        forms = {part["said"].kind: part["form"].initial for part in parts}
        assert forms["price"] == {
            "effective_from": today(), "asks_client": False, "band": Decimal("5.50"), "reference_store": "FD",
            "lowest_margin": Decimal("20.00"),
        }  # fmt: skip
        assert (forms["due"]["due_day"], str(forms["due"]["daily_rate"])) == (DUE.due_day, "1.0")
        assert (forms["scale"]["gate"], str(forms["scale"]["rate_0"])) == (SCALE.gate, "10.00")
        assert forms["lump_sum"] == {"effective_from": day("2026-01-01")}

    def test_an_empty_house_says_what_to_do(self, browse: Browse, otto: User) -> None:
        page = text_of(browse(otto).get("/desk/contracts/"))

        assert "No contract yet" in page
        assert "/desk/contracts/new/" in page


class TestStatements:
    """From draft to paid, each press of a button answered."""

    @pytest.mark.usefixtures("no_undo")
    def test_a_statement_walks_from_draft_to_paid_by_its_buttons(
        self, browse: Browse, a_contract: Make, receive: Make, otto: User, *, finn: User, dora: User
    ) -> None:
        receive("2026-01-05", "4000000")
        draft_statements([a_contract(lump_sum=LUMP_SUM).pk], day("2026-01"), by=SYSTEM)
        row = SettlementStatement.objects.get()
        finance, director = browse(otto, htmx="sheet"), browse(dora, htmx="sheet")
        here = f"/desk/statements/{row.pk}"

        first = text_of(finance.get(f"{here}/"))
        finance.post(f"{here}/submit/", {"reason": "已核对"})
        version = ApprovalRequest.objects.get().version
        director.post(f"{here}/approve/", {"version": version})
        offered = text_of(finance.get(f"{here}/"))
        unsent = text_of(director.get(f"{here}/"))
        own = text_of(finance.post(f"{here}/send/"))
        sent = text_of(browse(finn, htmx="sheet").post(f"{here}/send/"))
        lost = text_of(director.get(f"{here}/"))
        finance.post(f"{here}/confirm/", {"name": "周敏", "reason": "邮件"})
        last = text_of(finance.post(f"{here}/pay/", {"paid_on": "2026-02-10"}))

        row.refresh_from_db()
        assert row.state == "paid"
        assert "¥400,000.00" in first
        assert "Send to the client: You have worked this statement out" in offered
        assert "/send/" not in offered
        assert "somebody else sends it to the client" in own
        assert "Make a new link" in sent
        assert ("Make a new link" in unsent, "Make a new link" in lost) == (False, True)
        assert "Make a new link" not in text_of(finance.get(f"{here}/"))
        assert "The milestone was reached on 2026-01-05" in first
        assert re.search(r'value="http://testserver/desk/answer/statement/[\w-]+/"', sent)
        assert "2026-02-10" in last

    def test_a_refusal_is_said_on_the_sheet_and_changes_nothing(
        self, browse: Browse, drafted: Make, a_contract: Make, receive: Make, otto: User, *, dora: User
    ) -> None:
        row = drafted(a_contract(), "2026-01")
        receive("2026-01-05", "10")

        answer = text_of(browse(otto, htmx="sheet").post(f"/desk/statements/{row.pk}/submit/"))

        row.refresh_from_db()
        assert "Receipts or clauses have changed since this was worked out." in answer
        assert row.state == "draft"

    def test_finance_does_not_approve(self, browse: Browse, submitted: Make, a_contract: Make, otto: User) -> None:
        row = submitted(a_contract(), "2026-01")
        version = ApprovalRequest.objects.get().version

        browse(otto).post(f"/desk/statements/{row.pk}/approve/", {"version": version})

        row.refresh_from_db()
        assert row.state == "submitted"

    def test_what_happened_in_one_moment_stands_above_what_it_began_with(
        self, browse: Browse, submitted: Make, a_contract: Make, otto: User
    ) -> None:
        row = submitted(a_contract(), "2026-01")

        page = text_of(browse(otto).get(f"/desk/statements/{row.pk}/"))

        told = page[page.index("Timeline") :]
        assert SettlementStatement.objects.filter(drafted_at=TransactionNow()).exists()
        assert told.index("Submit for approval") < told.index("Worked out")

    def test_a_month_is_worked_out_for_all_contracts_by_one_press(
        self, browse: Browse, a_contract: Make, otto: User, dora: User
    ) -> None:
        a_contract()

        started = browse(otto).post("/desk/statements/draft/", {"month": "2026-01"})
        director = browse(dora).post("/desk/statements/draft/", {"month": "2026-01"})
        beyond = browse(otto).post("/desk/statements/draft/", {"month": "9999-12"}, follow=True)
        future = browse(otto).post("/desk/statements/draft/", {"month": "2099-01"}, follow=True)

        job = Job.objects.get()
        assert (started.status_code, started["Location"]) == (302, f"/desk/jobs/{job.pk}/")
        assert director.status_code == 403
        assert "Please choose a month." in text_of(beyond)
        assert "This month is not over yet." in text_of(future)

    def test_the_list_is_filtered_by_tab_month_and_client(
        self, browse: Browse, drafted: Make, a_contract: Make, otto: User, qinghe: Store
    ) -> None:
        row = drafted(a_contract(), "2026-01")
        client = browse(otto)

        def shows(query: str) -> bool:
            return row.number in text_of(client.get(f"/desk/statements/?{query}"))

        assert shows("tab=to_work_on")
        assert shows(f"tab=all&month=2026-01&client={qinghe.client_id}")
        assert not shows("tab=paid")
        assert not shows("tab=all&month=2026-02")
        assert not shows("tab=all&client=999999")

    def test_the_annex_lists_every_receipt_with_its_tier(
        self, browse: Browse, drafted: Make, a_contract: Make, receive: Make, an_order: Make, *, otto: User
    ) -> None:
        order = an_order(number="=2611210000000000009").lead_order
        receive("2026-01-05", "3000000", order=order)
        receive("2026-01-07", "100000")
        receive("2026-01-08", "-100.00")
        row = drafted(a_contract(), "2026-01")

        answer = browse(otto).post(f"/desk/statements/{row.pk}/export/")

        book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
        rows = list(book.active.iter_rows(values_only=True))
        assert [(each[3], each[7], each[8], each[10]) for each in rows[1:]] == [
            ("'=2611210000000000009", 3_000_000, "10.00", 300_000),
            ("", 100_000, "10.00", 10_000),
            ("", -100, "10.00", -10),
        ]

    def test_a_page_asks_the_same_number_of_statements_for_three_rows_and_for_forty(
        self, browse: Browse, a_contract: Make, receive: Make, an_order: Make, otto: User
    ) -> None:
        contract, client = a_contract(), browse(otto)

        def asked(count: int) -> int:
            for nth in range(count):
                receive("2026-01-05", 100 + nth, order=an_order().lead_order)
            draft_statements([contract.pk], day("2026-01"), by=SYSTEM)
            row = SettlementStatement.objects.get()
            client.get(f"/desk/statements/{row.pk}/")
            with CaptureQueriesContext(connection) as captured:
                client.get(f"/desk/statements/{row.pk}/")
            return len(captured)

        assert asked(3) == asked(40)

    def test_the_directors_first_page_names_what_waits_and_how_far_the_year_is(
        self, browse: Browse, submitted: Make, a_contract: Make, receive: Make, dora: User
    ) -> None:
        receive("2026-01-05", "1500000")
        contract = a_contract()
        submitted(contract, "2026-01")

        page = text_of(browse(dora).get("/desk/"))

        assert "statements to approve" in page
        assert "青禾家居 · 2026-01" in page
        assert "¥1,500,000.00 of ¥3,000,000.00" in page


def test_a_draft_is_worked_out_again_by_its_button(
    browse: Browse, drafted: Make, a_contract: Make, receive: Make, otto: User
) -> None:
    row = drafted(a_contract(), "2026-01")
    receive("2026-01-05", "3000000")

    browse(otto, htmx="sheet").post(f"/desk/statements/{row.pk}/draft/")

    row.refresh_from_db()
    assert row.commission_amount == 300_000
    assert draft_again(row.pk, by=Actor.of(otto)).drafted_at == row.drafted_at
