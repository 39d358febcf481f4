"""The inbox while a decision can be taken back: the toast, the tab, and what others see of it."""

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.approvals.actions.carry_out import carry_out_due
from apps.approvals.models import ApprovalRequest, Decision, Intention
from apps.desk.marks import clock
from apps.notices.models import Notice
from apps.org.models import User
from apps.stores.models import PriceChange, Sku

pytest_plugins = ["tests.stores.builders"]
pytestmark = pytest.mark.usefixtures("own_store")
Make = Callable[..., Any]
Browse = Callable[..., Client]
BADGE = re.compile(r'href="/desk/inbox/"[^>]*>.*?<em>(\d+)</em>', re.DOTALL)
TAB = re.compile(r'href="\?tab=effect"[^>]*>\s*Taking effect\s*<em>(\d+)</em>')


@pytest.fixture
def request_for(price_to: Make, a_listing: Make, request_of: Make, dora: User) -> Callable[..., ApprovalRequest]:
    """A price change that waits for dora: `request_for("89.00")`."""
    codes = iter(range(1, 100))

    def make(price: str = "89.00") -> ApprovalRequest:
        return request_of(price_to(a_listing(f"QH-{next(codes)}", cost="60.00"), price))  # type: ignore[no-any-return]

    return make


def _decide(browser: Client, request: ApprovalRequest, verdict: str = "approve", **data: str) -> Any:
    data = {"verdict": verdict, "version": request.version, **data}
    return browser.post(f"/desk/inbox/{request.pk}/decide/", data)


def _undo(browser: Client, *intentions: Intention) -> Any:
    return browser.post("/desk/inbox/undo/", {"intention": [str(each.pk) for each in intentions]})


def _later() -> None:
    """The clock comes by when the time is over, and counts have been counted anew."""
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=61)):
        carry_out_due()
    cache.clear()


def _states() -> list[str]:
    return list(PriceChange.objects.order_by("pk").values_list("state", flat=True))


def test_after_a_press_the_next_request_comes_up_and_the_toast_takes_it_back(
    browse: Browse, request_for: Make, dora: User
) -> None:
    first, second = request_for(), request_for("88.00")
    browser = browse(dora, htmx="inbox")

    answer = _decide(browser, first)

    given = Intention.objects.get()
    html = answer.content.decode()
    assert f"/desk/inbox/{second.pk}/decide/" in html
    assert f"Approved; takes effect at {clock(given.due_at)}." in html
    assert re.search(rf'id="undo" hx-swap-oob="true".*name="intention"\s+value="{given.pk}"', html, re.DOTALL)
    assert re.search(r'data-seconds="(59|60)"', html)
    assert (BADGE.findall(html), TAB.findall(html)) == (["1"], ["1"])
    assert _states() == ["submitted", "submitted"]

    answer = _undo(browser, given)

    html = answer.content.decode()
    assert f"/desk/inbox/{first.pk}/decide/" in html
    assert json.loads(answer["HX-Trigger"])["undone"] == {"keys": [given.pk]}
    assert (BADGE.findall(html), TAB.findall(html)) == (["2"], [])
    _later()
    assert (_states(), Decision.objects.count()) == (["submitted", "submitted"], 0)


def test_what_is_left_alone_takes_effect_and_the_timeline_keeps_both_moments(
    browse: Browse, request_for: Make, dora: User
) -> None:
    request = request_for()
    _decide(browse(dora, htmx="inbox"), request, "refuse", comment="Too low")
    _later()

    html = browse(dora).get(f"/desk/inbox/?tab=decided&request={request.pk}").content.decode()

    given = Intention.objects.get()
    assert _states() == ["refused"]
    assert f"given at {clock(given.given_at)}" in html
    assert "with effect from" not in html
    assert TAB.findall(html) == []


def test_the_timeline_keeps_what_was_taken_back(browse: Browse, request_for: Make, dora: User) -> None:
    request = request_for()
    browser = browse(dora, htmx="inbox")
    _decide(browser, request)
    given = Intention.objects.get()

    html = _undo(browser, given).content.decode()

    assert f"Approved, with effect from {clock(given.due_at)}" in html
    assert "<p>Taken back</p>" in html


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_tab_shows_what_takes_effect_with_its_button_also_without_scripts(
    browse: Browse, request_for: Make, dora: User, language: str
) -> None:
    request = request_for()
    browser = browse(dora, language=language)
    assert _decide(browser, request).status_code == 302
    given = Intention.objects.get()

    html = browser.get("/desk/inbox/?tab=effect").content.decode()

    assert request.title in html
    assert 'action="/desk/inbox/undo/"' in html
    assert html.count(f'value="{given.pk}"') == 2
    assert f"/desk/inbox/{request.pk}/decide/" not in html
    assert _undo(browser, given).status_code == 302
    assert (Intention.objects.get().state, _states()) == ("taken_back", ["submitted"])


def test_without_scripts_the_next_page_says_from_when_it_holds(browse: Browse, request_for: Make, dora: User) -> None:
    request = request_for()
    browser = browse(dora)

    decided = browser.post(
        f"/desk/inbox/{request.pk}/decide/", {"verdict": "approve", "version": request.version}, follow=True
    )
    _later()
    late = browser.post("/desk/inbox/undo/", {"intention": Intention.objects.get().pk}, follow=True)

    assert "Approved; takes effect at" in decided.content.decode()
    assert "Your decision has taken effect already and cannot be taken back." in late.content.decode()
    assert _states() == ["approved"]


def test_the_tab_says_when_nothing_is_on_its_way(browse: Browse, dora: User) -> None:
    assert "No decision of yours is on its way" in browse(dora).get("/desk/inbox/?tab=effect").content.decode()


def test_the_ticked_are_taken_back_with_one_press(browse: Browse, request_for: Make, dora: User) -> None:
    rows = [request_for(), request_for("88.00")]
    browser = browse(dora, htmx="inbox")

    told = browser.post("/desk/inbox/bulk/", {"chosen": [f"{each.pk}:{each.version}" for each in rows]})

    html = told.content.decode()
    assert "Approved: 2 of 2; takes effect at" in html
    assert html.count('name="intention"') == 2
    undone = _undo(browser, *Intention.objects.all())
    assert "Taken back: 2 of 2." in undone["HX-Trigger"]
    _later()
    assert _states() == ["submitted", "submitted"]


def test_of_several_the_one_that_took_effect_is_named(browse: Browse, request_for: Make, dora: User) -> None:
    browser = browse(dora, htmx="inbox")
    _decide(browser, request_for())
    _later()
    _decide(browser, request_for("88.00"))

    answer = _undo(browser, *Intention.objects.all())

    assert "Taken back: 1 of 2." in answer["HX-Trigger"]
    assert "has taken effect already" in answer.content.decode()
    assert _states() == ["approved", "submitted"]


def test_nobody_takes_back_through_the_page_what_another_gave(
    browse: Browse, request_for: Make, person: Make, dora: User
) -> None:
    request = request_for()
    _decide(browse(dora, htmx="inbox"), request)
    given = Intention.objects.get()
    hai = browse(person("hai", "director", stores=()), htmx="inbox")

    foreign = _undo(hai, given).content.decode()
    missing = hai.post("/desk/inbox/undo/", {"intention": [str(given.pk + 1000), "x", ""]}).content.decode()

    for html in (foreign, missing):
        assert "There is no such request, or it is not yours to see." in html
    assert Intention.objects.get().state == "open"


def test_a_colleague_sees_what_is_on_its_way_and_may_be_faster(
    browse: Browse, request_for: Make, person: Make, dora: User
) -> None:
    request = request_for()
    _decide(browse(dora, htmx="inbox"), request)
    hai = browse(person("hai", "director", stores=()), htmx="inbox")
    at = clock(Intention.objects.get().due_at)

    html = hai.get(f"/desk/inbox/?request={request.pk}").content.decode()

    assert f"Dora has approved this; it takes effect at {at}." in html
    assert "You may still decide first." in html
    assert "data-undo" not in html
    assert BADGE.findall(browse(dora).get("/desk/").content.decode()) == []


def test_what_changed_meanwhile_lapses_and_the_giver_is_told(browse: Browse, request_for: Make, dora: User) -> None:
    request = request_for()
    _decide(browse(dora, htmx="inbox"), request)
    Sku.objects.update(cost_amount="88.00")

    _later()

    assert (ApprovalRequest.objects.get().state, _states(), Decision.objects.count()) == ("lapsed", ["withdrawn"], 0)
    notice = Notice.objects.get(user=dora, key__contains="fell_through")
    assert "What this was asked about has changed meanwhile" in str(notice.text["en"])
    html = browse(dora).get(notice.url).content.decode()
    assert "Did not take effect" in html


def test_what_has_changed_before_lapses_at_once_as_ever(browse: Browse, request_for: Make, dora: User) -> None:
    request = request_for()
    Sku.objects.update(cost_amount="88.00")

    html = _decide(browse(dora, htmx="inbox"), request).content.decode()

    assert "has changed meanwhile" in html
    assert (ApprovalRequest.objects.get().state, _states()) == ("lapsed", ["withdrawn"])
    assert not Intention.objects.exists()


@pytest.mark.rule("LST-11")
def test_who_asked_is_refused_at_once(browse: Browse, request_for: Make, wei: User) -> None:
    request = request_for()

    html = _decide(browse(wei, htmx="inbox"), request).content.decode()

    assert "somebody else has to decide it" in html
    assert not Intention.objects.exists()


def test_a_toast_with_a_button_is_no_plain_toast_too(browse: Browse, request_for: Make, dora: User) -> None:
    answer = _decide(browse(dora, htmx="inbox"), request_for())

    assert "toast" not in json.loads(answer.get("HX-Trigger", "{}"))


def test_more_decisions_on_their_way_cost_no_more_statements(browse: Browse, request_for: Make, dora: User) -> None:
    def cost() -> int:
        browse(dora).get("/desk/inbox/?tab=effect")
        with CaptureQueriesContext(connection) as asked:
            assert browse(dora).get("/desk/inbox/?tab=effect").status_code == 200
        return len(asked)

    _decide(browse(dora, htmx="inbox"), request_for())
    one = cost()
    for price in ("88.00", "87.00", "86.00"):
        _decide(browse(dora, htmx="inbox"), request_for(price))

    assert cost() == one
