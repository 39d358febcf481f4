"""API tokens: shown once, refused in the form, revoked by a button."""

import re
from collections.abc import Callable
from typing import Any

from django.contrib.sessions.models import Session
from django.test import Client as Browser
from django.utils.translation import override

from apps.audit.queries import timeline_of
from apps.orders.models import StoreToken
from apps.org.models import Store, User
from tests.admin.conftest import page, told

Browse = Callable[[User], Browser]


def issue(browser: Browser, store: Store, user: User, name: str = "sync") -> Any:
    """Send the form of a new token."""
    browser.cookies["django_language"] = "en"
    return browser.post(page("orders_storetoken_add"), {"name": name, "store": store.pk, "user": user.pk})


def test_the_token_is_shown_once_and_kept_nowhere(browse: Browse, iris: User, lin: User, qinghe: Store) -> None:
    browser = browse(iris)

    answer = issue(browser, qinghe, lin)

    found = re.search(r'id="new-token"[^>]*value="([^"]+)"', " ".join(answer.content.decode().split()))
    token = StoreToken.objects.get()
    assert found is not None
    plain = found.group(1)
    assert plain.endswith(token.tail)
    assert "no-store" in answer.headers["Cache-Control"]
    later = browser.get(page("orders_storetoken_change", token.pk)).content.decode()
    assert plain not in later
    assert all(plain not in str(session.get_decoded()) for session in Session.objects.all())
    call = Browser().get("/api/v1/orders/", headers={"authorization": f"Bearer {plain}"})
    assert call.status_code == 200


def test_a_token_of_somebody_who_does_not_work_there_is_a_form_error(
    browse: Browse, iris: User, lin: User, fengdu: Store
) -> None:
    answer = issue(browse(iris), fengdu, lin)

    with override("en"):
        assert answer.context["adminform"].form.non_field_errors() == ["This user does not work for this store."]
    assert answer.context["adminform"].form["name"].value() == "sync"
    assert not StoreToken.objects.exists()


def test_a_token_is_revoked_by_a_button_and_signed(browse: Browse, iris: User, lin: User, qinghe: Store) -> None:
    browser = browse(iris)
    issue(browser, qinghe, lin)
    token = StoreToken.objects.get()

    answer = browser.post(page("orders_storetoken_press", token.pk, "revoke"), follow=True)

    token.refresh_from_db()
    assert token.revoked_at is not None
    assert told(answer) == ["The token is revoked."]
    assert timeline_of(token)[0].actor == "Iris"
    assert not answer.context.get("page_buttons")


def test_a_token_is_never_changed(browse: Browse, iris: User, root: User, lin: User, qinghe: Store) -> None:
    issue(browse(iris), qinghe, lin)
    token = StoreToken.objects.get()

    answer = browse(root).post(page("orders_storetoken_change", token.pk), {"name": "other", "user": root.pk})

    token.refresh_from_db()
    assert (answer.status_code, token.name, token.user_id) == (403, "sync", lin.pk)
