"""Last month is checked and invoiced before the 5th: the bell from the 1st to the 4th, and the invoice's number."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.utils.translation import override

from apps.audit.queries import timeline_of
from apps.contracts.actions import confirm_by_link, draft_again, record_invoice, revise_statement, submit_statement
from apps.contracts.actions.daily import every_day
from apps.contracts.actions.remind import remind_of_invoices
from apps.contracts.models import SettlementStatement
from apps.contracts.queries.settling import statements_to_invoice
from apps.core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from apps.jobs.actions import run_job
from apps.jobs.models import Job
from apps.notices.models import Notice
from apps.org.actors import Actor
from apps.org.models import Store, User
from tests.contracts.builders import approve, day

Make = Callable[..., Any]
pytestmark = pytest.mark.django_db


def said(refusal: DomainError) -> str:
    """The sentence in English."""
    with override("en"):
        return str(refusal)


@pytest.fixture
def confirmed(a_contract: Make, receive: Make, sent: Make) -> SettlementStatement:
    """January, confirmed by the client."""
    receive("2026-01-05", "4000000")
    row, token = sent(a_contract(), "2026-01")
    confirm_by_link(token, name="周敏")
    row.refresh_from_db()
    return row


@pytest.mark.rule("CON-43", "FIN-22")
def test_the_invoice_of_a_checked_month_is_written_down_and_can_be_corrected(
    confirmed: SettlementStatement, as_otto: Actor
) -> None:
    record_invoice(confirmed.pk, number=" 2026 0000 0001 ", issued_on=day("2026-02-03"), by=as_otto)
    row = record_invoice(
        confirmed.pk, number="202600000002", issued_on=day("2026-02-04"), by=as_otto, reason="红冲重开"
    )

    assert (row.invoice_number, row.invoiced_on, row.state) == ("202600000002", day("2026-02-04"), "confirmed")
    verbs = [change.verb.rsplit(".", 1)[1] for change in timeline_of(row)]
    assert verbs[:2] == ["invoice", "invoice"]
    assert timeline_of(row)[0].reason == "红冲重开"


def test_an_invoice_is_not_corrected_without_a_reason(confirmed: SettlementStatement, as_otto: Actor) -> None:
    record_invoice(confirmed.pk, number="1", issued_on=day("2026-02-03"), by=as_otto)

    with pytest.raises(Invalid) as refusal:
        record_invoice(confirmed.pk, number="2", issued_on=day("2026-02-04"), by=as_otto, reason=" ")

    confirmed.refresh_from_db()
    assert said(refusal.value) == "An invoice stands here already. Please give a reason for the correction."
    assert (confirmed.invoice_number, confirmed.invoiced_on) == ("1", day("2026-02-03"))


@pytest.mark.parametrize("columns", [{"invoice_number": "2"}, {"invoiced_on": day("2026-02-04")}])
def test_nobody_writes_an_invoice_past_its_verb(
    confirmed: SettlementStatement, as_otto: Actor, columns: dict[str, Any]
) -> None:
    record_invoice(confirmed.pk, number="1", issued_on=day("2026-02-03"), by=as_otto)

    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        SettlementStatement.objects.filter(pk=confirmed.pk).update(**columns)

    confirmed.refresh_from_db()
    assert (confirmed.invoice_number, confirmed.invoiced_on) == ("1", day("2026-02-03"))


@pytest.mark.rule("CON-43")
def test_a_revised_statement_loses_its_invoice_and_is_asked_for_another(
    a_contract: Make, receive: Make, submitted: Make, as_otto: Actor, as_dora: Actor
) -> None:
    receive("2026-01-05", "4000000")
    row = submitted(a_contract(), "2026-01")
    approve(row, by=as_dora)
    record_invoice(row.pk, number="1", issued_on=day("2026-02-01"), by=as_otto)
    receive("2026-01-06", "50000")

    revised = revise_statement(row.pk, reason="补收", by=as_otto)
    assert (revised.state, revised.invoice_number, revised.invoiced_on) == ("draft", "", None)
    approve(submit_statement(draft_again(row.pk, by=as_otto).pk, by=as_otto), by=as_dora)

    assert list(statements_to_invoice(day("2026-01"))) == [row]
    dropped = next(change for change in timeline_of(row) if change.verb.endswith(".invoice"))
    assert (dropped.columns["invoice_number"], dropped.reason) == (("1", ""), "补收")


def test_the_first_day_after_the_month_is_soon_enough_for_an_invoice(
    confirmed: SettlementStatement, as_otto: Actor
) -> None:
    row = record_invoice(confirmed.pk, number="1" * 40, issued_on=day("2026-02-01"), by=as_otto)

    assert (row.invoice_number, row.invoiced_on) == ("1" * 40, day("2026-02-01"))


@pytest.mark.parametrize(
    ("number", "on", "sentence"),
    [
        (" ", "2026-02-03", "Please give the number of the invoice."),
        ("1" * 41, "2026-02-03", "The number of an invoice has at most 40 characters."),
        ("1", "2026-01-31", "Give the day of the invoice, not in the future and not before the month is over."),
        ("1", "2099-01-01", "Give the day of the invoice, not in the future and not before the month is over."),
    ],
)
def test_an_invoice_without_a_number_or_with_an_impossible_day_is_refused(
    confirmed: SettlementStatement, as_otto: Actor, number: str, on: str, *, sentence: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        record_invoice(confirmed.pk, number=number, issued_on=day(on), by=as_otto)

    confirmed.refresh_from_db()
    assert said(refusal.value) == sentence
    assert (confirmed.invoice_number, confirmed.invoiced_on) == ("", None)


def test_an_invoice_stands_on_one_statement_only(
    confirmed: SettlementStatement, submitted: Make, as_otto: Actor, as_dora: Actor
) -> None:
    later = submitted(confirmed.contract, "2026-02")
    approve(later, by=as_dora)
    record_invoice(confirmed.pk, number="1", issued_on=day("2026-02-03"), by=as_otto)

    with pytest.raises(Conflict) as refusal:
        record_invoice(later.pk, number="1", issued_on=day("2026-03-03"), by=as_otto)

    later.refresh_from_db()
    assert said(refusal.value) == "This invoice number stands on another statement already."
    assert later.invoice_number == ""


def test_a_draft_is_not_invoiced(a_contract: Make, drafted: Make, as_otto: Actor) -> None:
    row = drafted(a_contract(), "2026-01")

    with pytest.raises(Conflict) as refusal:
        record_invoice(row.pk, number="1", issued_on=day("2026-02-03"), by=as_otto)

    assert said(refusal.value) == "Only what is approved is invoiced; this statement may still change."


def test_who_keeps_no_statements_or_knows_none_of_its_stores_writes_no_invoice(
    confirmed: SettlementStatement, as_dora: Actor, person: Make, fengdu: Store
) -> None:
    stranger: User = person("stranger", stores=(fengdu,))
    stranger.user_permissions.add(Permission.objects.get(codename="draft_statement"))

    with pytest.raises(NotAllowed):
        record_invoice(confirmed.pk, number="1", issued_on=day("2026-02-03"), by=as_dora)
    with pytest.raises(NotFound):
        record_invoice(confirmed.pk, number="1", issued_on=day("2026-02-03"), by=Actor.of(stranger))

    confirmed.refresh_from_db()
    assert confirmed.invoice_number == ""


@pytest.mark.rule("CON-43")
@pytest.mark.parametrize(("on", "bells"), [("2026-02-01", 2), ("2026-02-04", 2), ("2026-02-05", 0), ("2026-01-31", 0)])
@pytest.mark.usefixtures("dora", "pia", "finn", "otto")
def test_the_bell_rings_for_finance_from_the_first_to_the_fourth(
    a_contract: Make, today_is: Make, on: str, bells: int
) -> None:
    a_contract()
    today_is(on)

    remind_of_invoices()
    remind_of_invoices()

    assert sorted(Notice.objects.values_list("user__username", flat=True)) == ["finn", "otto"][:bells]


@pytest.mark.rule("CON-43")
def test_the_bell_counts_what_is_open_until_it_is_invoiced(
    confirmed: SettlementStatement, today_is: Make, as_otto: Actor
) -> None:
    today_is("2026-02-03")

    before = remind_of_invoices()
    told = Notice.objects.get(user__username="otto", key="contracts.invoices:2026-02-03")
    record_invoice(confirmed.pk, number="1", issued_on=day("2026-02-03"), by=as_otto)

    assert (before, remind_of_invoices()) == (1, 0)
    assert told.url == "/desk/statements/?tab=to_invoice"
    assert told.text["en"] == (
        "2026-01 is to be checked and invoiced before the 5th. Still open, with earlier months: 1."
    )


@pytest.mark.rule("CON-43")
def test_a_month_that_was_forgotten_is_counted_until_it_is_invoiced(
    confirmed: SettlementStatement, submitted: Make, today_is: Make, as_dora: Actor
) -> None:
    approve(submitted(confirmed.contract, "2026-02"), by=as_dora)
    today_is("2026-03-03")

    assert remind_of_invoices() == 1


@pytest.mark.rule("CON-43")
def test_on_the_first_the_bell_waits_for_the_run_that_works_the_month_out(
    a_contract: Make, receive: Make, today_is: Make
) -> None:
    today_is("2026-02-01")
    receive("2026-01-05", "4000000")
    a_contract()

    before = every_day()["to_invoice"]
    run_job(Job.objects.get().pk)
    after = every_day()["to_invoice"]

    assert (before, after) == (0, 1)


def test_a_month_in_which_nothing_is_owed_needs_no_invoice(
    a_contract: Make, submitted: Make, today_is: Make, as_dora: Actor
) -> None:
    row = submitted(a_contract(), "2026-01")
    today_is("2026-02-03")
    waiting = remind_of_invoices()
    approve(row, by=as_dora)

    assert (waiting, row.total_amount, remind_of_invoices()) == (1, 0, 0)
