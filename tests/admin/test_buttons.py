"""Buttons of record pages call the floor's verbs; nothing else moves a row, whatever a form sends."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client as Browser
from django.test import RequestFactory
from django.utils.translation import override

from apps.audit.queries import timeline_of
from apps.orders.models import ImportBatch, ShippingOrder
from apps.org.models import User
from apps.workflow import admin as workflow_admin
from apps.workflow.admin import WorkflowAdmin
from tests.admin.conftest import page, told

Browse = Callable[[User], Browser]
Make = Callable[..., ShippingOrder]


def press(browser: Browser, row: Any, verb: str, **form: str) -> Any:
    """Press a button and follow to the page that it leads back to."""
    name = f"{row._meta.app_label}_{row._meta.model_name}_press"
    browser.cookies["django_language"] = "en"
    return browser.post(page(name, row.pk, verb), form, follow=True)


def offered(browser: Browser, row: Any) -> dict[str, str]:
    """The buttons of a record's page, each with why it would be refused."""
    answer = browser.get(page(f"{row._meta.app_label}_{row._meta.model_name}_change", row.pk))
    return {button.name: str(button.refusal) for button, _address in answer.context.get("page_buttons") or []}


@pytest.mark.parametrize(
    ("state", "who", "buttons"),
    [
        ("imported", "customer_service", {"confirm"}),
        ("confirmed", "customer_service", {"unconfirm"}),
        ("imported", "service_lead", {"confirm", "cancel"}),
        ("confirmed", "service_lead", {"unconfirm", "cancel"}),
        ("confirmed", "director", {"cancel"}),
        ("imported", "finance", set()),
        ("picking", "service_lead", {"cancel"}),
        ("shipped", "service_lead", set()),
        ("cancelled", "service_lead", set()),
    ],
)
def test_a_page_offers_the_moves_that_start_here_and_that_the_role_has(
    *, browse: Browse, person: Callable[..., User], an_order: Make, state: str, who: str, buttons: set[str]
) -> None:
    order = an_order(state=state)

    assert set(offered(browse(person("sam", who)), order)) == buttons


def test_a_button_that_would_be_refused_says_why_beside_it(browse: Browse, lin: User, an_order: Make) -> None:
    order = an_order(mapped=False)

    with override("en"):
        assert offered(browse(lin), order) == {"confirm": "A line has no SKU of ours; map it first."}


def test_pressing_a_button_calls_the_verb_and_signs_it(browse: Browse, lin: User, an_order: Make) -> None:
    order = an_order()

    answer = press(browse(lin), order, "confirm")

    order.refresh_from_db()
    change = timeline_of(order)[0]
    assert order.state == "confirmed"
    assert told(answer) == ["“Confirm” is done."]
    assert (change.verb, change.actor_id, change.source) == ("orders.shippingorder.confirm", lin.pk, "admin")


def test_a_refusal_becomes_a_message_and_nothing_is_changed(browse: Browse, lin: User, an_order: Make) -> None:
    order = an_order(mapped=False)

    answer = press(browse(lin), order, "confirm")

    order.refresh_from_db()
    assert order.state == "imported"
    assert told(answer) == ["A line has no SKU of ours; map it first."]
    assert timeline_of(order) == []


def test_the_second_press_is_told_that_somebody_was_faster(
    browse: Browse, lin: User, mara: User, an_order: Make
) -> None:
    order = an_order()
    press(browse(lin), order, "confirm")

    answer = press(browse(mara), order, "confirm")

    assert told(answer) == ["It is already “Confirmed”; nothing was changed."]
    assert len(timeline_of(order)) == 1


def test_a_verb_that_wants_a_reason_is_refused_without_one(browse: Browse, mara: User, an_order: Make) -> None:
    order = an_order(state="confirmed")
    browser = browse(mara)

    silent = press(browser, order, "unconfirm", reason="  ")
    spoken = press(browser, order, "unconfirm", reason="buyer moved")

    order.refresh_from_db()
    assert told(silent) == ["Please give a reason."]
    assert told(spoken) == ["“Take back” is done."]
    assert (order.state, timeline_of(order)[0].reason) == ("imported", "buyer moved")


def test_a_button_that_the_role_does_not_have_does_nothing(browse: Browse, lin: User, an_order: Make) -> None:
    order = an_order()

    answer = press(browse(lin), order, "cancel", reason="mine")

    order.refresh_from_db()
    assert order.state == "imported"
    assert told(answer) == ["You do not have the right to do this."]


@pytest.mark.parametrize("verb", ["ship", "pack", "delete", "nonsense"])
def test_a_move_that_the_page_does_not_make_is_not_found(browse: Browse, root: User, an_order: Make, verb: str) -> None:
    order = an_order()

    answer = press(browse(root), order, verb)

    order.refresh_from_db()
    assert (answer.status_code, order.state) == (404, "imported")


def test_a_foreign_row_has_no_buttons(browse: Browse, foreigner: User, an_order: Make) -> None:
    order = an_order()

    answer = press(browse(foreigner), order, "confirm")

    order.refresh_from_db()
    assert (answer.status_code, order.state) == (404, "imported")


def test_a_button_is_pressed_not_followed(browse: Browse, lin: User, an_order: Make) -> None:
    order = an_order()

    answer = browse(lin).get(page("orders_shippingorder_press", order.pk, "confirm"))

    order.refresh_from_db()
    assert (answer.status_code, order.state) == (405, "imported")


def test_a_button_without_the_sessions_token_is_refused(lin: User, an_order: Make) -> None:
    order = an_order()
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(lin, backend="apps.org.backend.StandingBackend")

    answer = browser.post(page("orders_shippingorder_press", order.pk, "confirm"))

    order.refresh_from_db()
    assert (answer.status_code, order.state) == (403, "imported")


@pytest.mark.parametrize("name", ["orders_order", "orders_shippingorder", "orders_importbatch"])
def test_records_of_the_order_floor_take_no_form(
    browse: Browse, root: User, an_order: Make, name: str, qinghe: Any
) -> None:
    shipping = an_order()
    rows = {
        "orders_order": shipping.lead_order, "orders_shippingorder": shipping,
        "orders_importbatch": ImportBatch.objects.create(store=qinghe),
    }  # fmt: skip
    row, before = rows[name], rows[name].state

    changed = browse(root).post(page(f"{name}_change", row.pk), {"state": "shipped", "note": "x", "_save": "1"})
    added = browse(root).post(page(f"{name}_add"), {"state": "shipped"})

    row.refresh_from_db()
    assert (changed.status_code, added.status_code, row.state) == (403, 403, before)


class EditableOrders(WorkflowAdmin):
    """A page that lets a note be written, as later floors will."""

    fields = ("number", "state", "confirmed_at", "note")
    readonly_fields = ("number",)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Whoever comes."""
        return True


def test_state_and_stamps_in_a_form_are_not_read(root: User, an_order: Make) -> None:
    page_of = EditableOrders(ShippingOrder, admin.site)
    order = an_order()
    request = RequestFactory().post("/", {"note": "hello", "state": "shipped", "confirmed_at_0": "2020-01-01"})
    request.user = root

    form_class = page_of.get_form(request, order, change=True)
    form = form_class(request.POST, instance=order)

    assert set(form.fields) == {"note"}
    assert form.is_valid()
    assert (form.save(commit=False).state, order.confirmed_at) == ("imported", None)


def test_the_bulk_action_reports_done_and_refused_row_by_row(browse: Browse, lin: User, an_order: Make) -> None:
    good, unmapped, done = an_order(), an_order(mapped=False), an_order(state="confirmed")
    browser = browse(lin)
    browser.cookies["django_language"] = "en"

    answer = browser.post(
        page("orders_shippingorder_changelist"),
        {"action": "move_confirm", "_selected_action": [good.pk, unmapped.pk, done.pk]},
        follow=True,
    )

    done_text, refused_text = told(answer)
    good.refresh_from_db()
    assert good.state == "confirmed"
    assert done_text == "1 row done."
    assert f"<li>{unmapped.number}: A line has no SKU of ours; map it first.</li>" in refused_text
    assert f"<li>{done.number}: It is already “Confirmed”; nothing was changed.</li>" in refused_text


def test_keys_of_another_store_in_a_bulk_action_are_as_good_as_none(
    browse: Browse, lin: User, an_order: Make, fengdu: Any
) -> None:
    mine, foreign = an_order(), an_order(store=fengdu)

    browse(lin).post(
        page("orders_shippingorder_changelist"),
        {"action": "move_confirm", "_selected_action": [mine.pk, foreign.pk], "select_across": "1"},
    )

    mine.refresh_from_db()
    foreign.refresh_from_db()
    assert (mine.state, foreign.state) == ("confirmed", "imported")


def test_who_may_not_confirm_is_offered_no_bulk_action(browse: Browse, otto: User, an_order: Make) -> None:
    order = an_order()

    answer = browse(otto).post(
        page("orders_shippingorder_changelist"), {"action": "move_confirm", "_selected_action": [order.pk]}
    )

    order.refresh_from_db()
    assert order.state == "imported"
    assert "move_confirm" not in str(answer.content)


def test_a_bulk_action_takes_no_more_rows_than_its_bound(
    browse: Browse, lin: User, an_order: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflow_admin, "MOST_AT_ONCE", 1)
    orders = [an_order(), an_order()]
    browser = browse(lin)
    browser.cookies["django_language"] = "en"

    answer = browser.post(
        page("orders_shippingorder_changelist"),
        {"action": "move_confirm", "_selected_action": [order.pk for order in orders]},
        follow=True,
    )

    assert told(answer) == ["Choose at most 1 rows at once."]
    assert {ShippingOrder.objects.get(pk=order.pk).state for order in orders} == {"imported"}
