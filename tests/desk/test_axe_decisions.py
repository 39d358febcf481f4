"""The pages of one listing, one change, one request, one score sheet under axe, each with whoever decides there."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from apps.approvals.actions.client import issue_client_link
from apps.approvals.actions.default_policies import write_default_policies
from apps.org.actors import Actor
from apps.org.models import User
from apps.staff.models import PayLine
from tests.desk.axe import complaints, look
from tests.desk.test_axe import CHANGES, CLIENTS_ANSWER, INBOX, SCORES
from tests.sheets.conftest import a_file, as_wei, checked
from tests.staff.builders import MONTH

pytest_plugins = ["tests.stores.builders", "tests.staff.builders", "tests.desk.scoring"]
__all__ = ["as_wei", "checked"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SitDown = Callable[..., Page]
Make = Callable[..., Any]
HEADER = ["商家编码", "商品编码", "商品名称", "成本价"]
ROWS = (["QH-1", "QH", "", "39"], ["QH-9", "QH", "", "2.00"], ["QH-3", "P9", "", "3"])


def _to(name: str, *keys: Any) -> str:
    return reverse(f"desk:{name}", args=keys)


@pytest.fixture
def policies(transactional_db: None) -> None:
    """Who decides on what, as after a migration."""
    write_default_policies()


@pytest.mark.usefixtures("policies")
def test_a_listing_its_changes_and_a_sheet(
    sit_down: SitDown, wei: User, a_listing: Make, price_to: Make, listing_to: Make, *, votes: Make, dora: User,
    checked: Make,
) -> None:  # fmt: skip
    listing, other = a_listing("QH-1", cost="60.00"), a_listing("QH-2", cost="60.00")
    price, refused, title = price_to(listing, "59.00"), price_to(other, "61"), listing_to(other, "delist")
    votes(dora, refused, "refuse", comment="毛利太低")
    sheet = checked("skus", a_file(HEADER, *ROWS))
    page = sit_down(wei, "en")

    names, found = look(
        page,
        [
            *(_to("listing", row.pk) for row in (listing, other)),
            _to("listings"),
            *(_to("price_change", row.pk) for row in (price, refused)),
            f"{_to('price_changes')}?tab=all",
            _to("listing_change", title.pk),
            f"{_to('listing_changes')}?tab=all",
            _to("sheet", sheet.pk),
            _to("sheets"),
        ],
    )

    assert found == []
    assert names == CHANGES


@pytest.mark.usefixtures("policies", "no_undo")
def test_a_request_that_is_open_in_the_inbox_and_what_the_client_is_asked(
    sit_down: SitDown, a_listing: Make, price_to: Make, request_of: Make, votes: Make, *, dora: User,
    chromium: Browser, live_server: Any,
) -> None:  # fmt: skip
    waits = request_of(price_to(a_listing("QH-1", cost="60.00"), "59.00"))
    agreed = price_to(a_listing("QH-2", cost="60.00"), "89.00")
    with_client = request_of(agreed)
    votes(dora, agreed)
    token = issue_client_link(with_client.pk, by=Actor.of(dora))
    page, outside = sit_down(dora, "en"), chromium.new_page(base_url=live_server.url, locale="en-GB")
    asked = [f"?request={waits.pk}", f"?tab=decided&request={with_client.pk}"]

    names, found = look(page, [_to("inbox") + which for which in asked])
    clients_names, on_the_clients_page = look(outside, [_to("client_answer", token)])
    outside.fill("[name=name]", "陈女士")
    outside.locator("button[value=approve]").click()
    expect(outside.locator("button[value=approve]")).to_have_count(0)
    on_the_clients_page += complaints(outside)
    outside.close()

    assert found + on_the_clients_page == []
    assert (names, clients_names) == (INBOX, CLIENTS_ANSWER)


def test_a_score_sheet_and_the_pay_of_a_month(
    sit_down: SitDown, hana: User, leo: User, noor: User, *, paid: Make, a_sheet: Make, lin: User
) -> None:
    line: PayLine = paid("85")
    open_sheet = a_sheet(lin, "客服专员", "service")
    visits = {
        leo: [_to("score", open_sheet.pk)],
        hana: [_to("score", line.sheet_id), *(f"{_to(name)}?month={MONTH:%Y-%m}" for name in ("scores", "pay"))],
        noor: [_to("score", line.sheet_id), _to("my_scores")],
    }

    seen = [look(sit_down(user, "en"), addresses) for user, addresses in visits.items()]

    assert [found for _names, found in seen] == [[], [], []]
    assert set().union(*(names for names, _found in seen)) == SCORES
