"""The way of the money: an Alipay month is imported and matched, the statement worked out, approved, sent, confirmed."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.approvals.actions.default_policies import write_default_policies
from apps.contracts.models import Contract, SettlementStatement
from apps.core.invariants import broken
from apps.finance.actions.default_rules import write_default_rules
from apps.finance.models import Bill
from apps.org.models import Store, User
from tests.contracts.builders import Scale, day
from tests.finance.files import bill, fee, sale

pytest_plugins = ["tests.contracts.builders"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Says = Callable[[str, str], str]
SitDown = Callable[..., Page]
Make = Callable[..., Any]
NUMBERS = ["4002260901000000011", "4002260901000000012", "4002260901000000013"]
TEN_PERCENT = Scale(Decimal(0), ((Decimal(0), Decimal("0.10")),))


@pytest.fixture
def contract(qinghe: Store, a_contract: Make, an_order: Make) -> Contract:
    """Three paid orders of September, and a contract that takes a tenth."""
    write_default_rules()
    write_default_policies()
    for number in NUMBERS:
        an_order(number=number, paid="128.00")
    row: Contract = a_contract("2026-09-01", scale=TEN_PERCENT)
    return row


def _import_the_bill(page: Page) -> Bill:
    content = bill(*(sale("128.00", number) for number in NUMBERS), fee("-6.40", NUMBERS[0]))
    page.goto("/desk/bills/")
    page.locator("#store").select_option(index=page.locator("#store option").count() - 1)
    page.set_input_files("#files", [{"name": "九月账单.csv", "mimeType": "text/csv", "buffer": content}])
    page.click("#upload button[type=submit]")
    page.wait_for_url("**/desk/bills/*/")
    page.locator("#bill form[action$='/run/'] button").click(timeout=30_000)
    expect(page.locator("#bill .call.good")).to_be_visible(timeout=30_000)
    return Bill.objects.get()


def _work_out(page: Page, done: str) -> SettlementStatement:
    page.goto("/desk/statements/")
    page.fill("#draft-month", "2026-09")
    page.locator("form[action='/desk/statements/draft/'] button").click()
    page.wait_for_url("**/desk/jobs/*/")
    expect(page.locator("main")).to_contain_text(done, timeout=30_000)
    page.goto("/desk/statements/?tab=all")
    page.locator("main table a").first.click()
    page.wait_for_url("**/desk/statements/*/")
    return SettlementStatement.objects.get()


def _ask(page: Page, row: SettlementStatement) -> None:
    page.goto(f"/desk/statements/{row.pk}/")
    page.locator("details:has(form[action$='/submit/']) summary").click()
    page.locator("form[action$='/submit/'] button[type=submit]").click()
    expect(page.locator("form[action$='/submit/']")).to_have_count(0)


def _approve(page: Page, row: SettlementStatement) -> None:
    page.goto("/desk/inbox/")
    expect(page.locator("#inbox")).to_contain_text(row.number)
    page.keyboard.press("a")
    expect(page.locator("#approve")).to_have_count(0)


def _send(page: Page, row: SettlementStatement) -> str:
    page.goto(f"/desk/statements/{row.pk}/")
    page.locator("form[action$='/send/'] button").click()
    link = page.locator("#link")
    expect(link).to_be_visible()
    return link.input_value()


def _confirm(page: Page, link: str) -> None:
    """The client, who has no account."""
    context = page.context.browser.new_context()
    outside = context.new_page()
    outside.goto(link)
    expect(outside.locator("main")).to_contain_text("38.40")
    outside.fill("#name", "周敏")
    outside.locator("button[value=confirm]").click()
    expect(outside.locator("button[value=confirm]")).to_have_count(0)
    context.close()


@pytest.mark.usefixtures("workers", "no_undo")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.rule("FIN-21", "FIN-22", "FIN-23", "CON-37", "CON-40")
def test_a_month_of_receipts_is_matched_settled_approved_and_confirmed_by_the_client(
    language: str, sit_down: SitDown, contract: Contract, otto: User, *, finn: User, dora: User, says: Says
) -> None:
    books = sit_down(otto, language)

    imported = _import_the_bill(books)
    row = _work_out(books, says(language, "Done"))
    _ask(books, row)
    _approve(sit_down(dora, language), row)
    link = _send(sit_down(finn, language), row)
    _confirm(books, link)

    row.refresh_from_db()
    assert (imported.state, row.state) == ("reconciled", "confirmed")
    assert (row.month, row.counted_amount, row.total_amount) == (day("2026-09"), Decimal("384.00"), Decimal("38.40"))
    assert row.contract_id == contract.pk
    assert broken() == []
