"""The list kit on the order desk: tabs, filters, search, keyset pages, layout, saved views, and what a page costs."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.audit.context import signed
from apps.core.crypto import keyed_hash
from apps.desk.models import SavedView
from apps.orders.models import AuditRule, BuyerContact, Order, Reason, ShippingOrder
from apps.org.actors import SYSTEM
from apps.org.models import Store, User
from tests.waybills import sent_under

Browse = Callable[..., Client]
Make = Callable[..., ShippingOrder]
Stopped = Callable[..., Reason]
Clocked = Callable[..., None]
SESSION_USER_RIGHTS_AND_SCOPE = 2
NUMBER = re.compile(r'class="no"[^>]*>([^<]+)<')


def numbers_on(page: Any) -> list[str]:
    """The order numbers of a list page, top to bottom."""
    return NUMBER.findall(page.content.decode())


def link_of(page: Any, label: str) -> str:
    """Where the button with this label leads."""
    found = re.search(rf'href="(\?[^"]+)"[^>]*>(?:(?!</a>).)*{label}', page.content.decode(), re.DOTALL)
    assert found, label
    return found[1].replace("&amp;", "&")


@pytest.fixture
def five(an_order: Make, stopped: Stopped, clocked: Clocked) -> dict[str, ShippingOrder]:
    """One order for each part of the list."""
    made = {
        "fresh": an_order(number="2611210000000000001"),
        "held": an_order(number="2611210000000000002"),
        "late": an_order(number="2611210000000000003"),
        "confirmed": an_order(number="2611210000000000004", state="confirmed"),
        "shipped": an_order(number="2611210000000000005", state="shipped", platform_state="shipped"),
    }
    stopped(made["held"], note="等客户回复")
    clocked(made["late"], ship_by_at=-60)
    return made


@pytest.mark.rule("ORD-01", "ORD-10")
@pytest.mark.parametrize(
    ("tab", "kinds"),
    [
        ("to_confirm", {"fresh", "late"}),
        ("held", {"held"}),
        ("overdue", {"late"}),
        ("confirmed", {"confirmed"}),
        ("shipped", {"shipped"}),
        ("all", {"fresh", "held", "late", "confirmed", "shipped"}),
    ],
)
def test_each_part_of_the_list_holds_what_its_name_says(
    browse: Browse, lin: User, five: dict[str, ShippingOrder], tab: str, kinds: set[str]
) -> None:
    shown = numbers_on(browse(lin).get(f"/desk/orders/?tab={tab}"))

    assert sorted(shown) == sorted(five[kind].lead_order.number for kind in kinds)


def test_the_counts_beside_the_tabs_are_those_of_the_tabs(
    browse: Browse, lin: User, five: dict[str, ShippingOrder]
) -> None:
    page = browse(lin).get("/desk/orders/").content.decode()

    counts = dict(re.findall(r'href="\?tab=(\w+)"(?:(?!</a>).)*?<em[^>]*>([\d,+]*)</em>', page, re.DOTALL))
    assert counts == {"to_confirm": "2", "held": "1", "overdue": "1", "confirmed": "1"}


def test_a_clerk_begins_with_what_is_to_confirm_and_finance_with_everything(
    browse: Browse, lin: User, otto: User, five: dict[str, ShippingOrder]
) -> None:
    assert len(numbers_on(browse(lin).get("/desk/orders/"))) == 2
    assert len(numbers_on(browse(otto).get("/desk/orders/"))) == 5


def test_rows_with_the_same_moment_and_rows_without_amount_are_shown_once_each(
    browse: Browse, lin: User, an_order: Make
) -> None:
    moment = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
    orders = [an_order(number=f"26112000000000{n:05d}") for n in range(123)]
    with transaction.atomic(), signed("core.seed", by=SYSTEM):
        ShippingOrder.objects.update(placed_at=moment)
        ShippingOrder.objects.filter(pk__in=[order.pk for order in orders[:60]]).update(paid_amount=None)
    client = browse(lin, htmx="results")

    for sort in ("-placed_at", "placed_at", "-paid_amount", "paid_amount"):
        page, seen = client.get(f"/desk/orders/?tab=all&sort={sort}"), list[str]()
        seen += numbers_on(page)
        while "Next" in page.content.decode():
            page = client.get(f"/desk/orders/{link_of(page, 'Next')}")
            seen += numbers_on(page)
        back = client.get(f"/desk/orders/{link_of(page, 'Previous')}")

        assert len(seen) == 123
        assert len(set(seen)) == 123
        assert numbers_on(back) == seen[50:100]
        assert "51–100 of 123" in back.content.decode()


def test_filters_narrow_the_list_and_each_can_be_taken_away(
    browse: Browse, otto: User, five: dict[str, ShippingOrder], fengdu: Store, an_order: Make
) -> None:
    foreign = an_order(store=fengdu, state="confirmed")
    client = browse(otto)

    page = client.get(f"/desk/orders/?tab=all&state=confirmed&store={fengdu.pk}")
    without_store = client.get(f"/desk/orders/{link_of(page, fengdu.name)}")

    assert numbers_on(page) == [foreign.lead_order.number]
    assert set(numbers_on(without_store)) == {foreign.lead_order.number, five["confirmed"].lead_order.number}


@pytest.mark.rule("ORD-10")
def test_orders_are_found_by_the_rule_that_stopped_them(
    browse: Browse, lin: User, an_order: Make, stopped: Stopped
) -> None:
    rule = AuditRule.objects.create(
        code="message", name="有买家留言", conditions=[{"field": "has_buyer_message", "op": "is", "value": True}]
    )
    by_rule, by_hand = an_order(), an_order()
    stopped(by_rule, code=Reason.Code.RULE, rule=rule)
    stopped(by_hand)
    client = browse(lin)

    page = client.get(f"/desk/orders/?tab=held&reason=rule:{rule.pk}")
    manual = client.get("/desk/orders/?tab=held&reason=manual_hold")

    assert numbers_on(page) == [by_rule.lead_order.number]
    assert "有买家留言" in page.content.decode()
    assert numbers_on(manual) == [by_hand.lead_order.number]


def test_a_day_filter_takes_shanghai_days_from_midnight_to_midnight(
    browse: Browse, lin: User, an_order: Make, at: Callable[..., dt.datetime]
) -> None:
    moments = {"before": at(2026, 11, 19, 23, 59), "first": at(2026, 11, 20), "last": at(2026, 11, 20, 23, 59)}
    made = {name: an_order() for name in moments}
    with transaction.atomic(), signed("core.seed", by=SYSTEM):
        for name, moment in moments.items():
            ShippingOrder.objects.filter(pk=made[name].pk).update(placed_at=moment)

    shown = numbers_on(browse(lin).get("/desk/orders/?tab=all&from=2026-11-20&to=2026-11-20"))

    assert shown == [made["last"].lead_order.number, made["first"].lead_order.number]


@pytest.mark.parametrize(
    "text", ["2611210000000000042", "26112100000000000", "SF7788", "sf7788990011", "7252", "何小满"]
)
def test_one_box_finds_an_order_by_whatever_is_at_hand(browse: Browse, lin: User, an_order: Make, text: str) -> None:
    wanted = an_order(number="2611210000000000042", state="shipped", platform_state="shipped")
    an_order(number="9900000000000000001")
    sent_under(wanted, "SF7788990011")
    BuyerContact.objects.create(
        order=wanted.lead_order, place="somewhere", sealed=b"", tail_hash=keyed_hash("tail", "7252"),
        name_hash=keyed_hash("name", "何小满"),
    )  # fmt: skip

    page = browse(lin).get("/desk/orders/", {"tab": "all", "q": text})

    assert numbers_on(page) == ["2611210000000000042"]


def test_pasted_numbers_are_all_looked_up_and_the_missing_ones_named(browse: Browse, lin: User, an_order: Make) -> None:
    made = [an_order() for _ in range(3)]
    pasted = "\n".join([*(order.lead_order.number for order in made), "='4444444444'"])

    page = browse(lin).get("/desk/orders/", {"tab": "all", "q": pasted})

    assert sorted(numbers_on(page)) == sorted(order.lead_order.number for order in made)
    assert "1 number was not found" in page.content.decode()
    assert "4444444444" in page.content.decode()


def test_two_hundred_pasted_numbers_do_not_make_long_addresses(browse: Browse, lin: User, an_order: Make) -> None:
    wanted = an_order(number="2611210000000000042")
    pasted = " ".join(["2611210000000000042", *(f"26112100000001{n:05d}" for n in range(199))])
    client = browse(lin, htmx="results")

    page = client.post("/desk/orders/", {"tab": "all", "q": pasted})
    again = client.get(page["HX-Push-Url"])

    assert len(page["HX-Push-Url"]) < 60
    assert numbers_on(page) == numbers_on(again) == [wanted.lead_order.number]


@pytest.mark.parametrize(
    "query",
    ["?after=x~y", "?start=-5", "?from=2026-99-99", "?from=9999-12-31", "?to=9999-12-31", "?tab=zzz&sort=;drop", "?store=99999", "?q=%00", "?view=77777777",
     "?after=12.5~4", "?tab=overdue&after=~5", "?reason=rule:99999999999999999999"],
)  # fmt: skip
def test_a_bent_address_shows_a_list_and_never_an_error(
    browse: Browse, lin: User, five: dict[str, ShippingOrder], query: str
) -> None:
    assert browse(lin).get(f"/desk/orders/{query}").status_code == 200


def test_what_buyers_and_files_wrote_is_shown_as_text(browse: Browse, lin: User, an_order: Make) -> None:
    evil = '<img src=x onerror="alert(1)">'
    an_order(number="2611210000000000007", buyer_masked=evil, city="<b>", buyer_message=evil, flag="<i>")

    page = browse(lin).get("/desk/orders/?tab=all").content.decode()

    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;" in page


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/desk/orders/?tab=all", "No orders yet"),
        ("/desk/orders/?tab=overdue", "All done here"),
        ("/desk/orders/?tab=held&q=12345678", "You are looking in one part of the orders only."),
        ("/desk/orders/?tab=all&state=shipped", "No order matches"),
    ],
)
def test_nothing_to_show_says_why_and_what_to_do(browse: Browse, lin: User, address: str, words: str) -> None:
    assert words in browse(lin).get(address).content.decode()


def test_what_has_nothing_to_ship_is_looked_for_among_the_platform_orders(
    browse: Browse, lin: User, noor: User
) -> None:
    there = 'href="/desk/platform-orders/?tab=all&amp;q=4001260904000060060"'
    desk, palette = "/desk/orders/?tab=all&q=4001260904000060060", "/desk/search/?q=4001260904000060060"

    for address in (desk, palette):
        assert there in browse(lin, htmx="palette-list" if address == palette else "").get(address).content.decode()
        assert (
            there not in browse(noor, htmx="palette-list" if address == palette else "").get(address).content.decode()
        )
    assert there not in browse(lin).get("/desk/platform-orders/?tab=all&q=4001260904000060060").content.decode()


def test_columns_and_row_height_are_kept_for_the_person(
    browse: Browse, lin: User, mara: User, five: dict[str, ShippingOrder]
) -> None:
    chosen = {"column": ["waybill", "placed", "hacked"], "density": "dense"}

    answer = browse(lin, htmx="layout").post("/desk/lists/orders/layout/", chosen)
    mine, hers = browse(lin).get("/desk/orders/").content.decode(), browse(mara).get("/desk/orders/").content.decode()

    assert answer.status_code == 204
    assert "list-changed" in answer["HX-Trigger"]
    assert ('class="c-waybill' in mine, 'class="c-buyer' in mine, 'class="dense"' in mine) == (True, False, True)
    assert ('class="c-waybill' in hers, 'class="c-buyer' in hers, 'class="dense"' in hers) == (False, True, False)


def test_one_press_brings_the_usual_columns_back(browse: Browse, lin: User, five: dict[str, ShippingOrder]) -> None:
    client = browse(lin)
    client.post("/desk/lists/orders/layout/", {"column": ["waybill"], "density": "dense"})

    client.post("/desk/lists/orders/layout/", {"reset": "1", "column": ["waybill"], "density": "dense"})

    page = client.get("/desk/orders/").content.decode()
    assert ('class="c-waybill' in page, 'class="c-buyer' in page, 'class="dense"' in page) == (False, True, False)


def test_a_long_list_of_numbers_is_not_kept_as_a_view(browse: Browse, lin: User) -> None:
    form = {"name": "今天的", "tab": "all", "q": " ".join(f"26112100000001{n:05d}" for n in range(60))}

    answer = browse(lin, htmx="save-view-errors").post("/desk/lists/orders/views/", form)

    assert "A long list of numbers cannot be kept in a view" in answer.content.decode()
    assert SavedView.objects.count() == 0


def test_a_saved_view_opens_its_filters_and_survives_filters_that_are_gone(
    browse: Browse, lin: User, five: dict[str, ShippingOrder]
) -> None:
    client = browse(lin)
    client.post("/desk/lists/orders/views/", {"name": " 已 发货 ", "tab": "all", "state": "shipped"})
    view = SavedView.objects.get()
    SavedView.objects.filter(pk=view.pk).update(
        query={**view.query, "weather": ["fine"], "state": ["shipped", "melted"]}
    )

    page = client.get("/desk/orders/")
    opened = client.get(f"/desk/orders/{link_of(page, '已 发货')}")

    assert (view.name, view.query) == ("已 发货", {"tab": ["all"], "state": ["shipped"]})
    assert numbers_on(opened) == [five["shipped"].lead_order.number]


def test_sharing_a_view_is_a_right_of_its_own(browse: Browse, lin: User, mara: User, otto: User) -> None:
    form = {"name": "急单", "tab": "overdue", "is_shared": "1"}
    mara.user_permissions.add(Permission.objects.get(codename="share_savedview"))

    refused = browse(lin, htmx="save-view-errors").post("/desk/lists/orders/views/", form)
    browse(mara).post("/desk/lists/orders/views/", form)

    assert "You do not have the right to share views." in refused.content.decode()
    assert SavedView.objects.filter(user=lin).count() == 0
    assert "急单" in browse(otto).get("/desk/orders/").content.decode()


def test_only_its_owner_deletes_a_view(browse: Browse, lin: User, mara: User) -> None:
    view = SavedView.objects.create(user=mara, page="orders", name="急单", is_shared=True)

    browse(lin).post(f"/desk/views/{view.pk}/delete/")
    kept = SavedView.objects.filter(pk=view.pk).exists()
    browse(mara).post(f"/desk/views/{view.pk}/delete/")

    assert kept
    assert not SavedView.objects.filter(pk=view.pk).exists()


@pytest.mark.rule("ORD-13")
def test_unpaid_orders_are_a_list_to_follow_up(browse: Browse, lin: User, an_order: Make) -> None:
    unpaid = an_order(platform_state="wait_pay", paid="0")
    an_order()

    shown = numbers_on(browse(lin).get("/desk/platform-orders/?tab=wait_pay"))

    assert shown == [unpaid.lead_order.number]


@pytest.mark.parametrize("page", ["/desk/orders/?tab=all", "/desk/platform-orders/"])
def test_a_list_of_twice_the_rows_costs_the_same_statements(
    browse: Browse, lin: User, an_order: Make, page: str
) -> None:
    client = browse(lin)
    counts = []
    for _ in range(2):
        for _row in range(20):
            an_order(lines=2)
        client.get(page)
        with CaptureQueriesContext(connection) as statements:
            client.get(page)
        counts.append(len(statements))

    assert counts == [SESSION_USER_RIGHTS_AND_SCOPE + 2] * 2


def test_a_search_and_a_filter_cost_at_most_four_statements_of_their_own(
    browse: Browse, lin: User, an_order: Make
) -> None:
    for _ in range(60):
        an_order()
    client = browse(lin, htmx="results")
    address = "/desk/orders/?tab=all&state=imported&q=26112100000"
    client.get(address)

    with CaptureQueriesContext(connection) as statements:
        page = client.get(address)

    assert len(numbers_on(page)) == 50
    assert len(statements) - SESSION_USER_RIGHTS_AND_SCOPE <= 4


def test_the_region_alone_is_answered_to_htmx_and_the_whole_page_to_history(
    browse: Browse, lin: User, five: dict[str, ShippingOrder]
) -> None:
    client = browse(lin, htmx="results")

    region = client.get("/desk/orders/?tab=all")
    restored = client.get("/desk/orders/?tab=all", headers={"hx-history-restore-request": "true"})

    assert region.content.decode().lstrip().startswith("<div") or 'id="results"' in region.content.decode()[:400]
    assert "<html" not in region.content.decode()
    assert "<html" in restored.content.decode()
    assert region["Vary"] == "HX-Request, HX-Target, HX-Standing, Cookie"
    assert Order.objects.count() == 5
