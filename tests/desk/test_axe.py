"""Every page of the desk under axe, in light and dark: nothing serious for those who hear, enlarge or tab.

Here are the pages whose address needs no key, and those that a person meets without a log-in. The pages of one thing are
in test_axe_goods, test_axe_money and test_axe_decisions; the table below says which, and a test says that none is left out.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Browser, Page

from apps.desk import urls
from apps.org.backend import STANDING_BACKEND
from apps.org.models import User
from tests.desk.axe import complaints, look
from tests.desk.test_doors import address

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FEWEST_PAGES = 8
SitDown = Callable[..., Page]
# Each role sees its own pages; together they see all that open without a key.
ROLES = [
    "customer_service", "service_lead", "warehouse_lead", "planner", "manager", "director", "finance", "hr", "it",
]  # fmt: skip
NO_VISIT = {"login", "setup", "logout"}
# One's own pages, which ask for no right: the first role's visit is enough.
SAME_FOR_ALL = {"profile", "password", "notices", "my_scores"}

# Lists stand beside their things where the pages above find them empty.
ORDERS = {"order", "order_amend", "platform_order", "import_batch", "imports", "job", "jobs"}
GOODS = {"wave", "wave_pick", "check_parcel", "handover", "stock_of", "stock_document", "paper", "paper_page", "papers"}
RETURNS = {"return_new", "return", "returns", "refund_order", "refund", "refunds"}
MONEY = {"bill", "bills", "bill_line", "bill_lines", "contract", "contracts", "statement", "statements"}
CLIENTS_STATEMENT, CLIENTS_ANSWER = {"client_statement"}, {"client_answer"}
CHANGES = {
    "listing",
    "listings",
    "price_change",
    "price_changes",
    "listing_change",
    "listing_changes",
    "sheet",
    "sheets",
}
INBOX, SCORES = {"inbox"}, {"score", "scores", "pay", "my_scores"}
LOOKED_AT = ORDERS | GOODS | RETURNS | MONEY | CLIENTS_STATEMENT | CLIENTS_ANSWER | CHANGES | INBOX | SCORES
# Addresses of one thing that may be followed and are no page of their own.
NO_PAGES_OF_ONE_THING = {
    "notice": "leads on to what the notice is about",
    "order_buyer": "a part of the order's sheet",
    "import_failed_rows": "a download",
    "report_file": "a download",
    "paper_pdf": "a download",
    "inbox_file": "a download",
    "sheet_template": "a download",
    "sheet_refused": "a download",
    "client_statement_paper": "a download",
    "client_statement_annex": "a download",
    "contract_file": "a download",
    "file": "a download",
    "pay_slip_pdf": "a download",
}


def _without_key() -> dict[str, str]:
    """The addresses that need no key, by name."""
    found = {}
    for pattern in urls.urlpatterns:
        try:
            found[str(pattern.name)] = reverse(f"desk:{pattern.name}")
        except NoReverseMatch:
            continue
    return found


@pytest.fixture
def house(picked: Callable[..., Any], sent_off: Callable[..., Any], lin: User) -> None:
    """Something on the lists."""
    picked(2)
    sent_off(waybill="YT1234567890123")


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("role", ROLES)
def test_axe_finds_nothing_serious_on_any_page(role: str, person: Callable[..., User], sit_down: SitDown) -> None:
    user = person("wei", role)
    page = sit_down(user, "en")

    opening = _opening_for(user)
    found = []
    for name, place in opening.items():
        if name not in SAME_FOR_ALL or role == ROLES[0]:
            page.goto(place)
            found += complaints(page)

    assert found == []
    assert len(opening) >= FEWEST_PAGES


def _opening_for(user: User) -> dict[str, str]:
    """The addresses without a key that answer this person with a page, by name."""
    client = Client()
    client.force_login(user, backend=STANDING_BACKEND)
    answers = {name: client.get(place) for name, place in sorted(_without_key().items()) if name not in NO_VISIT}
    pages = {name for name, answer in answers.items() if answer.status_code == 200 and b"<html" in answer.content}
    return {name: place for name, place in _without_key().items() if name in pages}


def test_the_log_in_page_with_and_without_a_refusal(chromium: Browser, live_server: Any, lin: User) -> None:
    page = chromium.new_page(base_url=live_server.url, locale="en-GB")

    names, found = look(page, [reverse("desk:login")])
    page.fill("#id_username", lin.username)
    page.fill("#id_password", "wrong")
    page.click("main form button.primary")
    page.locator("[role=alert]").wait_for()
    found += complaints(page)
    page.close()

    assert found == []
    assert names == {"login"}


def test_the_first_run_page_of_an_empty_house(chromium: Browser, live_server: Any, transactional_db: None) -> None:
    page = chromium.new_page(base_url=live_server.url, locale="en-GB")

    names, found = look(page, [reverse("desk:setup")])
    page.locator("main form").evaluate("form => form.noValidate = true")
    page.click("main form button.primary")
    page.locator("[role=alert]").wait_for()
    found += complaints(page)
    page.close()

    assert found == []
    assert names == {"setup"}


@pytest.mark.parametrize(
    ("place", "status"), [("/desk/orders/999999/", 404), ("/desk/nowhere/", 404), ("/desk/pay/", 403)]
)
def test_a_page_that_is_not_there_or_not_for_one(sit_down: SitDown, lin: User, place: str, status: int) -> None:
    page = sit_down(lin, "en").context.new_page()  # one whose console may name the refusal

    answer = page.goto(place)

    assert answer is not None
    assert answer.status == status
    assert complaints(page) == []


def test_the_page_of_a_password_that_must_be_chosen(sit_down: SitDown, lin: User) -> None:
    page = sit_down(lin, "en")
    User.objects.filter(pk=lin.pk).update(must_change_password=True)

    names, found = look(page, [reverse("desk:password")])

    assert found == []
    assert names == {"password"}


def test_each_page_of_one_thing_is_looked_at_or_said_to_be_none() -> None:
    of_one_thing = {str(pattern.name) for pattern in urls.urlpatterns} - set(_without_key())
    left = of_one_thing - LOOKED_AT - set(NO_PAGES_OF_ONE_THING)
    client = Client()
    client.force_login(User.objects.create_superuser("root", password="x" * 20), backend=STANDING_BACKEND)

    followed = {name for name in left if client.get(address(name)).status_code != 405}

    assert followed == set()
    assert LOOKED_AT - of_one_thing <= set(_without_key())
    assert set(NO_PAGES_OF_ONE_THING) <= of_one_thing


def test_control_what_is_wider_than_a_phone_or_nameless_is_told(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content(
        "<html lang=en><title>Wide</title><main><button></button><p style='width: 500px'>Far</p></main></html>"
    )

    found = complaints(page)
    page.close()

    assert [each.partition(": ")[2] for each in found] == [
        "button-name ['button']", "['<p style=\"width: 500px\">Far</p>']",
    ]  # fmt: skip
