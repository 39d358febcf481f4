"""The site itself: crafted forms and addresses, and what stays shut."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import get_resolver

from apps.org.models import Store, StoreGrant, User
from apps.stores.models import Listing
from tests.admin.conftest import page
from tests.admin.test_users import save

Browse = Callable[[User], Browser]


def test_a_row_of_another_parent_cannot_be_removed_through_a_form(
    browse: Browse, iris: User, lin: User, mara: User
) -> None:
    grant = StoreGrant.objects.get(user=mara)

    save(browse(iris), lin, **{"store_grants-0-id": grant.pk, "store_grants-0-DELETE": "on"})

    assert StoreGrant.objects.filter(pk=grant.pk).exists()


@pytest.mark.parametrize("query", [{"_to_field": "password"}, {"_to_field": "password", "_popup": "1"}])
def test_a_popup_cannot_be_pointed_at_another_column(browse: Browse, iris: User, query: dict[str, str]) -> None:
    assert browse(iris).get(page("org_user_changelist", **query)).status_code == 400


def test_fields_that_the_form_does_not_show_are_not_read(browse: Browse, wei: User, qinghe: Store) -> None:
    listing = Listing.objects.create(store=qinghe, platform_item_id="677", title="杯")
    other = Store.objects.create(code="Q2", name="二店", platform="jd", warehouse=qinghe.warehouse)
    StoreGrant.objects.create(user=wei, store=other)
    form = {"outer_code": "QH-1", "store": other.pk, "platform_item_id": "999", "platform_sku_id": "1", "id": "5"}

    answer = browse(wei).post(page("stores_listing_change", listing.pk), form)

    listing.refresh_from_db()
    assert answer.status_code == 302
    assert (listing.outer_code, listing.store_id, listing.platform_item_id, listing.platform_sku_id) == (
        "QH-1", qinghe.pk, "677", "",
    )  # fmt: skip


@pytest.mark.parametrize("address", ["/admin/search/?s=a&page=x", "/admin/org/store/?q=%00", "/admin/org/store/1%00/"])
def test_a_crafted_address_is_never_a_broken_page(browse: Browse, iris: User, address: str) -> None:
    assert browse(iris).get(address).status_code in {400, 404}


def test_ones_own_password_is_changed_on_the_desk(browse: Browse, lin: User) -> None:
    assert browse(lin).get("/admin/password_change/").url == "/desk/password/"


def test_who_must_change_the_password_may_still_log_out(browse: Browse, lin: User) -> None:
    User.objects.filter(pk=lin.pk).update(must_change_password=True)
    browser = browse(lin)

    answer = browser.post("/admin/logout/")

    assert answer.status_code == 302
    assert browser.get("/admin/").url.startswith("/admin/login/")


def test_every_write_of_a_record_page_asks_for_the_sessions_token(iris: User, lin: User) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(iris, backend="apps.org.backend.StandingBackend")
    addresses = [
        page("org_user_add"),
        page("org_user_change", lin.pk),
        page("org_user_password_change", lin.pk),
        page("org_user_press", lin.pk, "end-sessions"),
        page("org_user_changelist"),
        page("parameters_parametervalue_add", key="orders.auto_confirm"),
    ]

    assert {browser.post(address, {}).status_code for address in addresses} == {403}


def _record_addresses(patterns: Any, before: str = "") -> list[str]:
    found = []
    for pattern in patterns:
        here = before + str(pattern.pattern)
        found += _record_addresses(pattern.url_patterns, here) if hasattr(pattern, "url_patterns") else [here]
    return found


def test_every_address_of_the_records_is_shut_to_a_stranger(client: Browser, db: None) -> None:
    addresses = [each for each in _record_addresses(get_resolver().url_patterns) if each.startswith("admin/")]
    plain = {each.replace("<path:object_id>", "1").replace("<slug:name>", "x") for each in addresses if "(" not in each}

    answers = {address: client.get(f"/{address}").status_code for address in plain if "<" not in address}

    assert len(answers) > 100
    assert set(answers.values()) == {302}
