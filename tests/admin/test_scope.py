"""Another store's rows do not exist on record pages: not by key, list, search, filter, choice, history or action."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from apps.orders.models import AuditRule, ShippingOrder
from apps.org.models import Store, User
from apps.stores.models import Listing
from tests.admin.conftest import MARK, page

Browse = Callable[[User], Browser]
Make = Callable[..., ShippingOrder]
SCOPED = [
    "orders_order", "orders_shippingorder", "orders_importbatch", "orders_auditrule", "stores_product", "stores_sku",
    "stores_listing", "audit_reveal",
]  # fmt: skip


def _without_tokens(answer: Any) -> list[str]:
    return [line for line in answer.content.decode().splitlines() if "csrf" not in line and "nonce" not in line]


@pytest.mark.parametrize("name", SCOPED)
@pytest.mark.parametrize("where", ["change", "history"])
def test_a_foreign_row_is_not_found_by_its_key(
    browse: Browse, person: Callable[..., User], kestrel: dict[str, Any], name: str, where: str
) -> None:
    manager = person("mona", "manager")

    answer = browse(manager).get(page(f"{name}_{where}", kestrel[name].pk))

    assert answer.status_code == 404
    assert MARK not in answer.content.decode()


@pytest.mark.parametrize("name", SCOPED)
def test_a_foreign_row_looks_the_same_as_one_that_never_was(
    browse: Browse, person: Callable[..., User], kestrel: dict[str, Any], name: str
) -> None:
    browser = browse(person("mona", "manager"))

    foreign = browser.get(page(f"{name}_change", kestrel[name].pk))
    missing = browser.get(page(f"{name}_change", 987_654_321))

    assert missing.status_code == foreign.status_code == 404
    assert _without_tokens(foreign) == _without_tokens(missing)


@pytest.mark.parametrize("name", SCOPED)
@pytest.mark.parametrize("query", [{}, {"q": MARK[:4]}, {"q": f"99{MARK[:4]}"}, {"o": "1"}])
def test_lists_and_searches_show_no_foreign_row_filter_or_count(
    browse: Browse, person: Callable[..., User], kestrel: dict[str, Any], name: str, query: dict[str, str]
) -> None:
    answer = browse(person("mona", "manager")).get(page(f"{name}_changelist", **query))

    assert answer.status_code == 200
    assert MARK not in answer.content.decode()
    assert kestrel[name] not in answer.context["cl"].queryset


def test_a_filter_by_a_foreign_store_finds_nothing(browse: Browse, lin: User, kestrel: dict[str, Any]) -> None:
    store = kestrel["orders_order"].store_id

    answer = browse(lin).get(page("orders_order_changelist", store__id__exact=store))

    assert list(answer.context["cl"].result_list) == []
    assert MARK not in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"store__name__startswith": "K"},
        {"store__users__password__startswith": "a"},
        {"contact__sealed__isnull": "0"},
        {"digest__gt": "a"},
        {"batch__received_by__username": "fen"},
    ],
)
def test_a_crafted_filter_is_a_bad_request(
    browse: Browse, lin: User, kestrel: dict[str, Any], query: dict[str, str]
) -> None:
    assert browse(lin).get(page("orders_order_changelist", **query)).status_code == 400


def test_users_cannot_be_guessed_by_their_password_hash(browse: Browse, iris: User) -> None:
    assert browse(iris).get(page("org_user_changelist", password__startswith="md5")).status_code == 400


@pytest.mark.parametrize("address", ["/admin/orders/order/?q=%00", "/admin/orders/order/?state__exact=%00"])
def test_a_nul_in_the_address_is_a_bad_request(browse: Browse, lin: User, address: str) -> None:
    assert browse(lin).get(address).status_code == 400


def test_choices_while_typing_offer_own_stores_alone(
    browse: Browse, wei: User, qinghe: Store, kestrel: dict[str, Any]
) -> None:
    asked = {"app_label": "stores", "model_name": "listing", "field_name": "store"}

    offered = browse(wei).get(page("autocomplete", **asked, term="")).json()["results"]

    assert [choice["text"] for choice in offered] == [qinghe.name]


def test_choices_while_typing_offer_no_foreign_sku(browse: Browse, wei: User, kestrel: dict[str, Any]) -> None:
    asked = {"app_label": "stores", "model_name": "listing", "field_name": "sku"}

    offered = browse(wei).get(page("autocomplete", **asked, term=MARK)).json()["results"]

    assert offered == []


def test_choices_are_for_those_who_may_fill_in_the_form(browse: Browse, lin: User) -> None:
    asked = {"app_label": "orders", "model_name": "storetoken", "field_name": "user"}

    assert browse(lin).get(page("autocomplete", **asked, term="")).status_code == 403


def test_a_foreign_store_in_a_form_is_a_form_error(browse: Browse, wei: User, kestrel: dict[str, Any]) -> None:
    form = {"store": kestrel["orders_order"].store_id, "platform_item_id": "677001", "title": "保温杯"}

    answer = browse(wei).post(page("stores_listing_add"), form)

    assert "store" in answer.context["adminform"].form.errors
    assert not Listing.objects.filter(platform_item_id="677001").exists()


def test_a_foreign_sku_in_a_form_is_a_form_error(
    browse: Browse, wei: User, qinghe: Store, kestrel: dict[str, Any]
) -> None:
    form = {"store": qinghe.pk, "platform_item_id": "677002", "title": "杯", "sku": kestrel["stores_sku"].pk}

    answer = browse(wei).post(page("stores_listing_add"), form)

    assert "sku" in answer.context["adminform"].form.errors
    assert not Listing.objects.filter(platform_item_id="677002").exists()


def test_a_store_lead_makes_rules_for_own_stores_alone(browse: Browse, mara: User, kestrel: dict[str, Any]) -> None:
    form = {
        "code": "mine", "name": "Mine", "effect": "exception", "position": "1",
        "conditions-what": ["unmapped_sku|is|yes"], "conditions-value": [""],
    }  # fmt: skip
    browser = browse(mara)

    foreign = browser.post(page("orders_auditrule_add"), {**form, "store": kestrel["orders_order"].store_id})
    everywhere = browser.post(page("orders_auditrule_add"), {**form, "store": ""})

    assert "store" in foreign.context["adminform"].form.errors
    assert "store" in everywhere.context["adminform"].form.errors
    assert not AuditRule.objects.filter(code="mine").exists()


def test_a_rule_for_every_store_is_shown_to_a_store_lead_but_not_changed(browse: Browse, mara: User) -> None:
    rule = AuditRule.objects.create(
        code="all", name="All", conditions=[{"field": "paid_amount", "op": ">=", "value": "500"}]
    )
    browser = browse(mara)

    shown = browser.get(page("orders_auditrule_change", rule.pk))
    changed = browser.post(page("orders_auditrule_change", rule.pk), {"name": "Off"})

    assert shown.status_code == 200
    assert changed.status_code == 403
    rule.refresh_from_db()
    assert rule.name == "All"


def test_a_picker_sees_the_shipping_orders_of_her_warehouse_and_no_platform_order(
    browse: Browse, noor: User, an_order: Make, kestrel: dict[str, Any]
) -> None:
    mine = an_order()
    browser = browse(noor)

    listed = browser.get(page("orders_shippingorder_changelist")).context["cl"].result_list
    platform = browser.get(page("orders_order_changelist"))

    assert list(listed) == [mine]
    assert platform.status_code == 403


def test_exports_of_people_who_know_other_stores_are_not_told(
    *, browse: Browse, mara: User, lin: User, otto: User, foreigner: User, fengdu: Store
) -> None:
    from apps.audit.models import Export
    from apps.org.models import StoreGrant

    two = User.objects.create_user("two", name="Two")
    StoreGrant.objects.bulk_create([StoreGrant(user=two, store=store) for store in Store.objects.all()])
    for user in (mara, lin, otto, foreigner, two):
        Export.objects.create(user=user, user_name=user.name, kind="orders", rows=1)

    listed = browse(mara).get(page("audit_export_changelist")).context["cl"].result_list

    assert {row.user_name for row in listed} == {mara.name, lin.name}


def test_no_address_tells_whether_a_row_of_any_table_exists(browse: Browse, root: User) -> None:
    assert browse(root).get("/admin/r/1/1/").status_code == 404
