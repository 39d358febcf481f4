"""The pages of one bill, one contract, one statement under axe; the client's page too, who has no log-in."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from apps.approvals.actions.default_policies import write_default_policies
from apps.finance.models import BillLine
from apps.org.models import User
from tests.contracts.builders import BASE_FEE, LUMP_SUM
from tests.desk.axe import complaints, look
from tests.desk.test_axe import CLIENTS_STATEMENT, MONEY
from tests.finance.conftest import as_otto, checked, imported, received
from tests.finance.files import fee, sale

pytest_plugins = ["tests.contracts.builders"]
__all__ = ["as_otto", "checked", "imported", "received"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SitDown = Callable[..., Page]
Make = Callable[..., Any]
KNOWN, UNKNOWN = "4001260901000010015", "4001260901000020026"


def _to(name: str, *keys: Any) -> str:
    return reverse(f"desk:{name}", args=keys)


@pytest.fixture
def bills(checked: Make, imported: Make, an_order: Make) -> list[Any]:
    """A file that is refused, one that waits for its import, and one that is in: matched, unmatched, a fee."""
    an_order(number=KNOWN, paid="128.00")
    waits = checked(sale("8.00", UNKNOWN), name="八月.csv", account="2088000000000002")
    done = imported(sale("128.00", KNOWN), sale("9.00", UNKNOWN), fee("-6.40", KNOWN))
    return [checked(content=b"not a bill"), waits, done]


@pytest.fixture
def settled(a_contract: Make, receive: Make, drafted: Make, sent: Make) -> tuple[Any, Any, str]:
    """A contract with every clause, a draft, and a statement that lies with the client: contract, draft, token."""
    write_default_policies()
    receive("2026-01-05", "4000000")
    receive("2026-02-05", "100000")
    contract = a_contract(base_fee=BASE_FEE, lump_sum=LUMP_SUM)
    _row, token = sent(contract, "2026-01")
    return contract, drafted(contract, "2026-02"), token


def test_a_bill_its_lines_a_contract_and_its_statements(
    sit_down: SitDown, finn: User, bills: list[Any], settled: tuple[Any, Any, str]
) -> None:
    contract, draft, _token = settled
    with_client = contract.statements.exclude(pk=draft.pk).get()
    lines = BillLine.objects.filter(bill=bills[-1])
    page = sit_down(finn, "en")

    names, found = look(
        page,
        [
            *(_to("bill", bill.pk) for bill in bills),
            _to("bills"),
            *(_to("bill_line", line.pk) for line in lines),
            f"{_to('bill_lines')}?tab=all&bill={bills[-1].pk}",
            _to("contract", contract.pk),
            _to("contracts"),
            *(_to("statement", row.pk) for row in (draft, with_client)),
            f"{_to('statements')}?tab=all",
        ],
    )

    assert found == []
    assert names == MONEY


def test_the_clients_page_of_a_statement_and_what_is_said_to_the_answer(
    chromium: Browser, live_server: Any, settled: tuple[Any, Any, str]
) -> None:
    page = chromium.new_page(base_url=live_server.url, locale="en-GB")

    names, found = look(page, [_to("client_statement", settled[2])])
    page.fill("#name", "周敏")
    page.locator("button[value=confirm]").click()
    expect(page.locator("button[value=confirm]")).to_have_count(0)
    found += complaints(page)
    page.close()

    assert found == []
    assert names == CLIENTS_STATEMENT
