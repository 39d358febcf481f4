"""The inbox: what waits for me, one request beside the list, deciding from there."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.approvals.actions import request_approval
from apps.approvals.actions.client import issue_client_link
from apps.approvals.models import ApprovalRequest, Attachment, Comment, Decision
from apps.approvals.rules.shown import shown_as
from apps.org.actors import Actor
from apps.org.models import Store, User
from apps.stores.models import Listing, PriceChange, Sku

pytest_plugins = ["tests.stores.builders"]
Make = Callable[..., Any]
Browse = Callable[..., Client]


@pytest.fixture
def request_for(price_to: Make, a_listing: Make, request_of: Make, dora: User) -> Callable[..., ApprovalRequest]:
    """A price change that waits for dora: `request_for("89.00")`."""
    codes = iter(range(1, 100))

    def make(price: str = "89.00", **more: Any) -> ApprovalRequest:
        return request_of(price_to(a_listing(f"QH-{next(codes)}", cost="60.00"), price, **more))

    return make


def _decide(browser: Client, request: ApprovalRequest, verdict: str = "approve", **data: str) -> Any:
    data = {"verdict": verdict, "version": request.version, **data}
    return browser.post(f"/desk/inbox/{request.pk}/decide/", data)


def test_an_empty_inbox_says_so(browse: Browse, dora: User) -> None:
    assert "Nothing waits for your decision" in browse(dora).get("/desk/inbox/").content.decode()


@pytest.mark.usefixtures("own_store")
def test_the_inbox_shows_difference_figures_reason_and_steps(browse: Browse, request_for: Make, dora: User) -> None:
    request_for("59.00", reason="Clearance")

    html = browse(dora).get("/desk/inbox/").content.decode()

    for text in ("保温杯 500 ml", "<del>¥100.00</del>", "<ins>¥59.00</ins>", "-41.00 %", "Floor price", "Clearance",
                 "The new price is below the floor price of ¥60.00.", "Director", "Waits"):  # fmt: skip
        assert text in html


@pytest.mark.usefixtures("own_store", "no_undo")
def test_one_press_approves_and_the_next_request_comes_up(browse: Browse, request_for: Make, dora: User) -> None:
    first, second = request_for(), request_for("88.00")

    answer = _decide(browse(dora, htmx="inbox"), first)

    assert answer.status_code == 200
    assert "Approved." in answer["HX-Trigger"]
    assert 'id="approve"' in (html := answer.content.decode())
    assert f"/desk/inbox/{second.pk}/decide/" in html
    assert f"/desk/inbox/{first.pk}/decide/" not in html
    assert PriceChange.objects.get(pk=first.subject_id).state == "approved"


@pytest.mark.usefixtures("own_store", "no_undo")
def test_a_refusal_without_a_reason_stays_on_the_page_with_its_sentence(
    browse: Browse, request_for: Make, dora: User
) -> None:
    request = request_for()

    answer = _decide(browse(dora, htmx="inbox"), request, "refuse", comment=" ")

    assert "Say why you refuse" in answer.content.decode()
    assert not Decision.objects.exists()
    assert _decide(browse(dora, htmx="inbox"), request, "refuse", comment="Too low").status_code == 200
    assert PriceChange.objects.get().state == "refused"


@pytest.mark.usefixtures("own_store", "no_undo")
def test_a_double_click_and_an_old_page_change_nothing(browse: Browse, request_for: Make, dora: User) -> None:
    request = request_for()
    browser = browse(dora, htmx="inbox")

    assert "not what is asked any more" in _decide(browser, request, version="0" * 64).content.decode()
    _decide(browser, request)
    assert "Already decided by Dora: Approved" in _decide(browser, request, "refuse", comment="Oops").content.decode()

    assert list(Decision.objects.values_list("verdict", flat=True)) == ["approve"]


@pytest.mark.usefixtures("own_store", "no_undo")
def test_without_htmx_the_browser_goes_back_and_reads_what_happened(
    browse: Browse, request_for: Make, dora: User
) -> None:
    request = request_for()

    answer = browse(dora).post(
        f"/desk/inbox/{request.pk}/decide/", {"verdict": "approve", "version": request.version}, follow=True
    )

    assert answer.status_code == 200
    assert "Approved." in answer.content.decode()


@pytest.mark.usefixtures("own_store", "no_undo")
def test_the_ticked_are_approved_together_and_an_old_version_is_named(
    browse: Browse, request_for: Make, dora: User
) -> None:
    good, stale, left = request_for(), request_for("88.00"), request_for("87.00")

    answer = browse(dora, htmx="inbox").post(
        "/desk/inbox/bulk/", {"chosen": [f"{good.pk}:{good.version}", f"{stale.pk}:{'0' * 64}"]}
    )

    assert "Approved: 1 of 2." in answer["HX-Trigger"]
    assert "not what is asked any more" in answer.content.decode()
    states = dict(ApprovalRequest.objects.values_list("pk", "state"))
    assert states == {good.pk: "approved", stale.pk: "open", left.pk: "open"}


@pytest.mark.usefixtures("own_store")
def test_what_is_no_key_among_the_ticked_is_passed_over(browse: Browse, dora: User) -> None:
    browser = browse(dora, htmx="inbox")

    answer = browser.post("/desk/inbox/bulk/", {"chosen": [f"{'9' * 5000}:x", "１:x", "-1:x", "nothing"]})

    assert (answer.status_code, Decision.objects.count()) == (200, 0)
    assert browser.post("/desk/inbox/undo/", {"intention": ["9" * 5000, ""]}).status_code == 200


@pytest.mark.usefixtures("own_store")
def test_my_own_request_is_under_asked_by_me_and_can_be_withdrawn(browse: Browse, request_for: Make, wei: User) -> None:
    request = request_for()
    browser = browse(wei, htmx="inbox")

    html = browser.get("/desk/inbox/?tab=asked").content.decode()
    assert f"/desk/inbox/{request.pk}/withdraw/" in html
    assert f"/desk/inbox/{request.pk}/decide/" not in html
    refused = browser.post(f"/desk/inbox/{request.pk}/withdraw/", {"reason": ""})
    assert "Please give a reason." in refused.content.decode()
    browser.post(f"/desk/inbox/{request.pk}/withdraw/", {"reason": "Typing error"})

    assert ApprovalRequest.objects.get().state == "withdrawn"
    assert PriceChange.objects.get().state == "withdrawn"
    told = re.sub(r"\s+", " ", browser.get(f"/desk/inbox/?tab=asked&request={request.pk}").content.decode())
    assert re.search(r"<p>Withdrawn</p> <q>Typing error</q> <small>[^<]* · Wei</small>", told)


@pytest.mark.usefixtures("own_store")
def test_from_a_change_one_comes_to_ones_own_request_among_ones_own(
    browse: Browse, request_for: Make, wei: User, dora: User
) -> None:
    request, change = request_for(), PriceChange.objects.get()

    mine, theirs = (browse(who).get(f"/desk/price-changes/{change.pk}/").content.decode() for who in (wei, dora))

    assert f"/desk/inbox/?tab=asked&amp;request={request.pk}" in mine
    assert f"/desk/inbox/?request={request.pk}" in theirs


@pytest.mark.usefixtures("own_store")
def test_another_stores_request_is_not_there(
    browse: Browse, request_for: Make, person: Make, fengdu: Store, wei: User
) -> None:
    request = request_for()
    stranger = browse(person("shan", "manager", stores=(fengdu,)))

    assert stranger.get(f"/desk/inbox/?request={request.pk}").status_code == 404
    assert _decide(stranger, request).status_code == 302
    assert stranger.post(f"/desk/inbox/{request.pk}/comment/", {"text": "Hi"}).status_code == 302
    assert stranger.get(f"/desk/inbox/{request.pk}/files/1/").status_code == 404

    assert not Decision.objects.exists()
    assert not Comment.objects.exists()


@pytest.mark.usefixtures("own_store")
def test_a_refusal_is_read_also_where_no_request_can_be_shown(
    browse: Browse, request_for: Make, person: Make, fengdu: Store, wei: User
) -> None:
    request = request_for()
    stranger = browse(person("shan", "manager", stores=(fengdu,)), htmx="inbox")

    foreign = _decide(stranger, request).content.decode()
    missing = stranger.post(f"/desk/inbox/{request.pk + 1000}/decide/", {"verdict": "approve"}).content.decode()
    withdrawn = stranger.post(f"/desk/inbox/{request.pk}/withdraw/", {"reason": "No"}).content.decode()

    for html in (foreign, missing, withdrawn):
        assert html.count('role="alert"') == 1
        assert "There is no such request, or it is not yours to see." in html
    assert ApprovalRequest.objects.get().state == "open"


PHRASES = ["Below the floor price", "Clashes with a promotion", "The reason is not enough"]


def _phrases(browser: Client, request: ApprovalRequest) -> list[str]:
    html = browser.get(f"/desk/inbox/?request={request.pk}").content.decode()
    return re.findall(r'data-phrase="([^"]+)"', html)


@pytest.mark.usefixtures("own_store")
def test_a_price_is_refused_for_its_floor_and_a_listing_only_for_a_promotion(
    browse: Browse, request_for: Make, a_listing: Make, listing_to: Make, dora: User
) -> None:
    price = request_for()
    listing_to(a_listing(), "delist")
    delisting = ApprovalRequest.objects.get(kind="stores.delisting")

    assert _phrases(browse(dora), price) == PHRASES
    assert _phrases(browse(dora), delisting) == PHRASES[1:]


def test_a_settlement_statement_is_not_refused_for_its_floor_price(
    browse: Browse, qinghe: Store, wei: User, dora: User
) -> None:
    request = request_approval(
        kind="contracts.statement", subject=qinghe, store_ids=[qinghe.pk], facts={}, shown=shown_as(title="JS-2026-10"),
        by=Actor.of(wei),
    )  # fmt: skip

    assert _phrases(browse(dora), request) == ["The reason is not enough"]


@pytest.mark.usefixtures("own_store")
def test_a_question_and_a_file_are_put_to_a_request(browse: Browse, request_for: Make, dora: User, wei: User) -> None:
    request = request_for()
    upload = io.BytesIO(b"letter")
    upload.name = "来信.txt"

    browse(dora, htmx="inbox").post(f"/desk/inbox/{request.pk}/comment/", {"text": "Why now?", "file": upload})

    html = browse(wei).get(f"/desk/inbox/?tab=asked&request={request.pk}").content.decode()
    assert "Why now?" in html
    file = Attachment.objects.get()
    assert "来信.txt" in html
    assert b"".join(browse(wei).get(f"/desk/inbox/{request.pk}/files/{file.pk}/")) == b"letter"


def test_the_clients_link_is_shown_once_and_opens_the_clients_page(
    browse: Browse, request_for: Make, votes: Make, dora: User
) -> None:
    request = request_for()
    votes(dora, PriceChange.objects.get())

    html = browse(dora, htmx="inbox").post(f"/desk/inbox/{request.pk}/link/").content.decode()
    link = re.search(r'value="(http://testserver/desk/answer/[^"]+)"', html)
    assert link is not None
    page = Client(headers={"accept-language": "en"}).get(link[1])

    assert page.status_code == 200
    shown = page.content.decode()
    assert "¥89.00" in shown
    assert "Margin" not in shown
    assert "Floor" not in shown
    assert link[1] not in browse(dora).get(f"/desk/inbox/?request={request.pk}").content.decode()


def test_a_client_whose_question_has_lapsed_is_told_in_a_sentence_of_their_own(
    request_for: Make, votes: Make, dora: User
) -> None:
    request = request_for()
    votes(dora, PriceChange.objects.get())
    url = f"/desk/answer/{issue_client_link(request.pk, by=Actor.of(dora))}/"
    Sku.objects.update(cost_amount="88.00")
    client = Client(headers={"accept-language": "en"})

    told = client.post(url, {"verdict": "approve", "version": request.version, "name": "陈女士"})

    assert told.status_code == 409
    html = told.content.decode()
    assert "What you were asked has changed meanwhile, so your answer was not recorded." in html
    assert "costs, prices" not in html
    assert "said good" not in html
    assert ApprovalRequest.objects.get().state == "lapsed"
    assert client.get(url).status_code == 404


def test_the_client_objects_with_a_reason_and_the_link_is_dead(
    browse: Browse, request_for: Make, votes: Make, dora: User
) -> None:
    request = request_for()
    votes(dora, PriceChange.objects.get())
    url = f"/desk/answer/{issue_client_link(request.pk, by=Actor.of(dora))}/"
    client = Client(headers={"accept-language": "en"})
    data = {"verdict": "refuse", "version": request.version, "name": "陈女士", "comment": ""}

    refused = client.post(url, data)
    assert (refused.status_code, "Say why you refuse" in refused.content.decode()) == (422, True)
    assert "陈女士" in refused.content.decode()
    done = client.post(url, {**data, "comment": "Too low"})

    assert "objection is recorded" in done.content.decode()
    assert client.get(url).status_code == 404
    assert PriceChange.objects.get().state == "refused"
    assert Listing.objects.get().list_price_amount == 100


@pytest.mark.django_db
def test_guessed_links_look_alike_and_after_twenty_the_door_stays_shut() -> None:
    client = Client()

    answers = [client.get(f"/desk/answer/{n}/").status_code for n in range(21)]

    assert answers == [404] * 20 + [429]


@pytest.mark.usefixtures("own_store")
def test_more_requests_cost_no_more_statements(browse: Browse, request_for: Make, dora: User) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert browse(dora).get("/desk/inbox/").status_code == 200
        return len(asked)

    request_for()
    browse(dora).get("/desk/inbox/")
    one = cost()
    for price in ("88.00", "87.00", "86.00"):
        request_for(price)

    assert cost() == one


@pytest.mark.usefixtures("own_store")
def test_the_sidebar_counts_what_waits_and_the_chinese_page_opens(
    browse: Browse, request_for: Make, dora: User
) -> None:
    request_for()

    html = browse(dora).get("/desk/").content.decode()
    assert re.search(r'href="/desk/inbox/"[^>]*>.*?<em>1</em>', html, re.S)
    assert browse(dora, language="zh-hans").get("/desk/inbox/").status_code == 200
