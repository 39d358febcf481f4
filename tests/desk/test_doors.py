"""Who comes in where: every address asks for a right or says that it needs none; foreign rows are not there."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from apps.desk import urls
from apps.orders.models import ShippingOrder
from apps.org.models import Store, User
from tests.desk.permission_tables import OPEN_TO_STRANGERS

Browse = Callable[..., Client]
Make = Callable[..., ShippingOrder]
ARGUMENTS: dict[str, dict[str, Any]] = {
    "notice": {"pk": 1},
    "inbox_decide": {"pk": 1},
    "inbox_withdraw": {"pk": 1},
    "inbox_comment": {"pk": 1},
    "inbox_link": {"pk": 1},
    "inbox_file": {"pk": 1, "file_pk": 1},
    "client_answer": {"token": "none"},
    "client_statement": {"token": "none"},
    "client_statement_paper": {"token": "none"},
    "client_statement_annex": {"token": "none"},
    "contract": {"pk": 1},
    "contract_clause": {"pk": 1, "kind": "scale"},
    "contract_verb": {"pk": 1, "verb": "activate"},
    "contract_attach": {"pk": 1},
    "contract_file": {"pk": 1, "file_pk": 1},
    "statement": {"pk": 1},
    "statement_export": {"pk": 1},
    "statement_verb": {"pk": 1, "verb": "submit"},
    "lump_sum_pay": {"pk": 1},
    "listing": {"pk": 1},
    "listing_outlook": {"pk": 1},
    "listing_propose": {"pk": 1, "verb": "price"},
    "price_change": {"pk": 1},
    "price_change_cancel": {"pk": 1},
    "listing_change": {"pk": 1},
    "listing_change_cancel": {"pk": 1},
    "order": {"pk": 1},
    "order_amend": {"pk": 1},
    "order_amend_plain": {"pk": 1},
    "order_buyer": {"pk": 1},
    "order_reveal": {"pk": 1},
    "reason_clear": {"pk": 1, "reason_pk": 1},
    "order_verb": {"pk": 1, "verb": "confirm"},
    "platform_order": {"pk": 1},
    "layout": {"page_name": "orders"},
    "view_save": {"page_name": "orders"},
    "view_delete": {"pk": 1},
    "import_batch": {"pk": 1},
    "import_run": {"pk": 1},
    "import_discard": {"pk": 1},
    "import_failed_rows": {"pk": 1, "file_pk": 1},
    "bill": {"pk": 1},
    "bill_run": {"pk": 1},
    "bill_discard": {"pk": 1},
    "bill_line": {"pk": 1},
    "bill_line_verb": {"pk": 1, "verb": "match"},
    "sheet": {"pk": 1},
    "sheet_template": {"kind": "skus"},
    "sheet_apply": {"pk": 1},
    "sheet_discard": {"pk": 1},
    "sheet_refused": {"pk": 1},
    "job": {"pk": 1},
    "job_cancel": {"pk": 1},
    "return": {"pk": 1},
    "return_new": {"pk": 1},
    "return_verb": {"pk": 1, "verb": "receive"},
    "score": {"pk": 1},
    "score_totals": {"pk": 1},
    "score_verb": {"pk": 1, "verb": "save"},
    "pay_slip": {"pk": 1},
    "pay_slip_pdf": {"pk": 1},
    "refund": {"pk": 1},
    "refund_order": {"pk": 1},
    "refund_request": {"pk": 1},
    "refund_verb": {"pk": 1, "verb": "approve"},
    "wave": {"pk": 1},
    "wave_paper": {"pk": 1},
    "wave_pick": {"pk": 1},
    "wave_pick_short": {"pk": 1},
    "wave_verb": {"pk": 1, "verb": "start"},
    "paper": {"pk": 1},
    "check_parcel": {"pk": 1},
    "check_scan": {"pk": 1},
    "check_remarks": {"pk": 1},
    "check_pass": {"pk": 1},
    "check_label": {"pk": 1},
    "check_aside": {"pk": 1},
    "handover": {"pk": 1},
    "stock_document": {"pk": 1},
    "stock_document_verb": {"pk": 1, "verb": "post"},
    "report_make": {"store_pk": 1},
    "report_file": {"pk": 1},
    "report_layout": {"pk": 1, "verb": "confirm"},
    "stock_of": {"warehouse_pk": 1, "sku_pk": 1},
    "paper_pdf": {"pk": 1},
    "paper_page": {"pk": 1},
    "paper_again": {"pk": 1},
    "file": {"key": "9f1c7f6e-2a52-4a39-8f3d-8a55e3f6f0aa"},
}
GUARDED = [pattern.name or "" for pattern in urls.urlpatterns if pattern.name not in OPEN_TO_STRANGERS]


def address(name: str) -> str:
    """The address with made-up arguments."""
    return reverse(f"desk:{name}", kwargs=ARGUMENTS.get(name))


@pytest.mark.parametrize("pattern", urls.urlpatterns, ids=lambda pattern: str(pattern.name))
def test_no_view_forgot_to_say_who_may_come_in(pattern: URLPattern) -> None:
    assert pattern.name in OPEN_TO_STRANGERS or isinstance(getattr(pattern.callback, "needs", None), tuple)


@pytest.mark.parametrize("name", GUARDED)
def test_a_stranger_is_led_to_the_log_in_page_and_back(db: None, lin: User, name: str) -> None:
    answer = Client().get(address(name))

    assert answer.status_code == 302
    assert answer["Location"] == f"/desk/login/?{urlencode({'next': address(name)})}"


def test_a_session_that_ended_sends_the_whole_window_to_the_log_in_page(lin: User) -> None:
    headers = {
        "hx-request": "true",
        "hx-target": "results",
        "hx-current-url": "http://testserver/desk/orders/?tab=held",
    }

    answer = Client(headers=headers).get("/desk/orders/?tab=held&q=26")

    assert answer.status_code == 204
    assert answer["HX-Redirect"] == "/desk/login/?next=%2Fdesk%2Forders%2F%3Ftab%3Dheld"


def test_a_page_that_asks_by_itself_stops_when_the_session_ended(lin: User) -> None:
    answer = Client(headers={"hx-request": "true", "hx-polling": "1"}).get("/desk/bell/?known=0")

    assert answer.status_code == 286


CAST = ("lin", "mara", "noor", "otto", "pia")
PAGES: dict[str, set[str]] = {
    "home": set(CAST),
    "profile": set(CAST),
    "notices": set(CAST),
    "jobs": set(CAST),
    "jobs_failed": set(),
    "orders": {"lin", "mara", "noor", "otto"},
    "platform_orders": {"lin", "mara", "otto"},
    "imports": {"lin", "mara", "otto"},
    "bills": {"otto"},
    "bill_lines": {"otto"},
    "sheets": set(),
    "board": {"noor"},
    "waves": {"noor"},
    "wave_plan": set(),
    "papers": {"mara", "noor", "otto"},
}


@pytest.mark.parametrize("who", CAST)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_for_those_whose_role_has_its_right(
    request: pytest.FixtureRequest, browse: Browse, who: str, name: str
) -> None:
    user: User = request.getfixturevalue(who)

    answer = browse(user).get(address(name))

    assert answer.status_code == (200 if who in PAGES[name] else 403)


@pytest.mark.parametrize("name", ["orders", "platform_orders", "imports"])
def test_the_sidebar_names_only_pages_that_open(browse: Browse, pia: User, lin: User, name: str) -> None:
    link = f'href="{address(name)}"'

    assert link not in browse(pia).get("/desk/").content.decode()
    assert link in browse(lin).get("/desk/").content.decode()


def test_an_order_of_another_store_is_not_there(browse: Browse, lin: User, an_order: Make, fengdu: Store) -> None:
    foreign = an_order(store=fengdu, number="2611210009990000001")
    client = browse(lin)

    answers = [
        client.get(f"/desk/orders/{foreign.pk}/"),
        client.get(f"/desk/orders/{foreign.pk}/buyer/"),
        client.post(f"/desk/orders/{foreign.pk}/confirm/"),
        client.post(f"/desk/orders/{foreign.pk}/reveal/", {"purpose": "contact"}),
        client.get(f"/desk/platform-orders/{foreign.lead_order_id}/"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert foreign.lead_order.number not in client.get("/desk/orders/?tab=all").content.decode()
    assert "No order matches" in client.get("/desk/orders/?tab=all&q=2611210009990000001").content.decode()
    foreign.refresh_from_db()
    assert foreign.state == "imported"


def test_a_picker_sees_the_parcels_of_her_warehouse_and_cannot_confirm_them(
    browse: Browse, noor: User, an_order: Make, fengdu: Store
) -> None:
    own, foreign = an_order(), an_order(store=fengdu)
    client = browse(noor)

    page = client.get("/desk/orders/?tab=all").content.decode()
    sheet = client.get(f"/desk/orders/{own.pk}/").content.decode()
    refused = browse(noor, htmx="sheet").post(f"/desk/orders/{own.pk}/confirm/")

    assert own.lead_order.number in page
    assert foreign.lead_order.number not in page
    assert f"/desk/orders/{own.pk}/confirm/" not in sheet
    assert "You do not have the right to do this." in refused.content.decode()
    own.refresh_from_db()
    assert own.state == "imported"


@pytest.mark.parametrize(
    "name",
    ["order_verb", "order_reveal", "order_amend_plain", "orders_bulk", "orders_export", "import_upload", "logout"],
)
def test_what_changes_something_is_never_done_by_following_a_link(browse: Browse, mara: User, name: str) -> None:
    assert browse(mara).get(address(name)).status_code == 405


def test_a_form_without_the_sessions_token_is_refused(lin: User, an_order: Make) -> None:
    order = an_order()
    client = Client(enforce_csrf_checks=True)
    client.force_login(lin, backend="apps.org.backend.StandingBackend")

    answer = client.post(f"/desk/orders/{order.pk}/confirm/")

    assert answer.status_code == 403
    order.refresh_from_db()
    assert order.state == "imported"


def test_an_address_in_a_log_in_link_leads_only_to_this_site(lin: User) -> None:
    client = Client()

    answer = client.post(
        "/desk/login/?next=https://elsewhere.example/", {"username": "lin", "password": "Tide-pool-77"}
    )

    assert answer["Location"] == "/desk/"
