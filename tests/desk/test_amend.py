"""The form that corrects an order: who may see what, what it does, and how the timeline tells it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from apps.audit.models import Reveal
from apps.desk.queries.timeline import timeline_for
from apps.orders.actions.reveal import unsealed
from apps.orders.imports.buyers import place_of, sealed_contact
from apps.orders.models import BuyerContact, Order, Reason, ShippingOrder
from apps.org.models import User

pytestmark = pytest.mark.rule("ORD-06")
Browse = Callable[..., Client]
Make = Callable[..., ShippingOrder]
SECRETS = ("何小满", "13812347252", "文三路")


@pytest.fixture
def with_contact(an_order: Make) -> Make:
    """Make an order whose buyer is in the vault."""

    def make(**columns: Any) -> ShippingOrder:
        masked = {"receiver_masked": "何**", "phone_masked": "138****7252"}
        order = an_order(**masked, province="浙江省", city="杭州市", district="西湖区", **columns)
        lead = order.lead_order
        facts = {"receiver": "何小满", "phone": "13812347252", "address": "浙江省 杭州市 西湖区 文三路 100 号"}
        sealed = sealed_contact(store_id=lead.store_id, number=lead.number, **facts)
        BuyerContact.objects.create(order=lead, place=place_of(lead.store_id, lead.number), sealed=sealed.sealed)
        return order

    return make


def address(order: ShippingOrder) -> str:
    """Of the form."""
    return reverse("desk:order_amend", args=[order.pk])


def filled_in(client: Client, order: ShippingOrder, **boxes: str) -> dict[str, str]:
    """What a browser sends: the form as it is shown, and what somebody wrote into it."""
    shown = client.get(address(order)).context["form"]
    present = {box.html_name: "" if box.value() is None else str(box.value()) for box in shown}
    return {**present, "reason": "客户来电", **boxes}


def test_the_drawer_offers_the_form_and_the_form_shows_no_plain_word(
    browse: Browse, lin: User, with_contact: Make
) -> None:
    order = with_contact()
    client = browse(lin, htmx="sheet")

    sheet = client.get(reverse("desk:order", args=[order.pk])).content.decode()
    form = client.get(address(order)).content.decode()

    assert f'hx-get="{address(order)}"' in sheet
    assert 'placeholder="138****7252"' in form
    assert 'value="杭州市"' in form
    assert not any(secret in form for secret in SECRETS)
    assert Reveal.objects.count() == 0


def test_a_correction_is_told_field_by_field_once_and_masked(
    browse: Browse, lin: User, with_contact: Make, a_sku: Callable[..., Any]
) -> None:
    a_sku("QH-900")
    order = with_contact(lines=2)
    line = order.lines.first()
    client = browse(lin, htmx="sheet")
    boxes = {"phone": "13900008888", "street": "文三路 101 号", "flag": "red", "paid_amount": "120"}

    answer = client.post(
        address(order),
        filled_in(client, order, **boxes, **{f"line-{line.pk}-sku": "QH-900"}),
    )

    shown = answer.content.decode()
    assert json.loads(answer["HX-Trigger"]) == {
        "list-changed": True,
        "toast": {"text": "The correction was written down.", "tone": "good"},
    }
    assert shown.count("<p>Corrected</p>") == 1
    assert "<q>客户来电</q>" in shown
    assert "<li>phone: 138****7252 → 139****8888</li>" in shown
    assert "<li>street and house number: *** → *** (new)</li>" in shown
    assert shown.count("<li>paid: ¥128.00 → ¥120.00</li>") == 1
    assert "<li>flag: — → red</li>" in shown
    assert "<li>保温杯 0 · SKU: QH-000 → QH-900</li>" in shown
    assert not any(secret in shown for secret in (*SECRETS, "13900008888"))
    assert unsealed(BuyerContact.objects.get()).address == "浙江省 杭州市 西湖区 文三路 101 号"


@pytest.mark.rule("SEC-25")
def test_known_values_are_shown_for_one_purpose_and_the_look_is_written_down(
    browse: Browse, lin: User, with_contact: Make
) -> None:
    order = with_contact()

    answer = browse(lin, htmx="sheet").post(reverse("desk:order_amend_plain", args=[order.pk]))

    shown = answer.content.decode()
    assert 'value="13812347252"' in shown
    assert 'value="文三路 100 号"' in shown
    assert answer["Cache-Control"] == "no-store"
    look = Reveal.objects.get()
    assert (look.user_name, look.purpose) == ("Lin", "address")


@pytest.mark.rule("SEC-25")
def test_who_may_not_reveal_may_correct_without_seeing(
    browse: Browse, person: Callable[..., User], with_contact: Make
) -> None:
    order = with_contact()
    keeper = person("guan", "manager")
    client = browse(keeper, htmx="sheet")

    form = client.get(address(order)).content.decode()
    refused = client.post(reverse("desk:order_amend_plain", args=[order.pk]))
    client.post(address(order), filled_in(client, order, phone="13900008888"))

    assert "/amend/plain/" not in form
    assert refused.status_code == 403
    assert Reveal.objects.count() == 0
    assert unsealed(BuyerContact.objects.get()).phone == "13900008888"


@pytest.mark.parametrize(
    ("boxes", "sentence"),
    [
        ({"reason": ""}, "This field is required."),
        ({"phone": "139****8888"}, "Write the whole name, phone or address, without stars."),
        ({"phone": "abc"}, "This is not a phone number."),
        ({"paid_amount": "-1"}, "Give the amount in yuan with at most two decimals, not negative."),
        ({"paid_amount": "cheap"}, "Enter a number."),
        ({"paid_amount": "1"}, "You may change a price by at most 10 %."),
        ({"seen": "long ago"}, "The order has changed since you opened this form."),
    ],
)
def test_a_refusal_stands_beside_its_box_keeps_what_was_written_and_changes_nothing(
    browse: Browse, lin: User, with_contact: Make, boxes: dict[str, str], sentence: str
) -> None:
    order = with_contact()
    before = Order.objects.filter(pk=order.lead_order_id).values().get()
    client = browse(lin, htmx="sheet")

    answer = client.post(address(order), filled_in(client, order, receiver="周末", **boxes))

    assert sentence in answer.content.decode()
    assert 'value="周末"' in answer.content.decode()
    assert "HX-Trigger" not in answer
    assert Order.objects.filter(pk=order.lead_order_id).values().get() == before


def test_sending_the_form_as_it_is_changes_nothing_and_says_so(browse: Browse, lin: User, with_contact: Make) -> None:
    order = with_contact(state="packed")
    client = browse(lin, htmx="sheet")

    answer = client.post(address(order), filled_in(client, order))

    assert "Nothing is different from before" in json.loads(answer["HX-Trigger"])["toast"]["text"]
    assert not Reason.objects.exists()


def test_a_correction_in_the_warehouse_is_announced_before_and_stops_it(
    browse: Browse, lin: User, with_contact: Make
) -> None:
    order = with_contact(state="picking")
    client = browse(lin, htmx="sheet")

    form = client.get(address(order)).content.decode()
    shown = client.post(address(order), filled_in(client, order, phone="13900008888")).content.decode()

    assert "The warehouse has it in hand." in form
    assert "take the confirmation back before you change items." in form
    assert f"line-{order.lines.get().pk}" not in form
    assert "Changed after confirmation" in shown
    assert Reason.objects.get().code == "changed"


@pytest.mark.parametrize("state", ["shipped", "cancelled"])
def test_an_order_that_is_over_offers_no_correction_and_refuses_it(
    browse: Browse, lin: User, with_contact: Make, state: str
) -> None:
    order = with_contact(state=state)
    client = browse(lin, htmx="sheet")

    sheet = client.get(reverse("desk:order", args=[order.pk])).content.decode()
    answer = client.post(address(order), filled_in(client, order, flag="red"))

    assert "/amend/" not in sheet
    assert "It has shipped or was cancelled" in answer.content.decode()
    assert Order.objects.get(pk=order.lead_order_id).flag == ""


def test_without_a_script_the_form_is_a_page_and_leads_back_to_the_order(
    browse: Browse, lin: User, with_contact: Make
) -> None:
    order = with_contact()
    client = browse(lin)

    page = client.get(address(order)).content.decode()
    answer = client.post(address(order), filled_in(client, order, flag="red"), follow=True)

    assert "<html" in page
    assert answer.redirect_chain == [(reverse("desk:order", args=[order.pk]), 302)]
    assert "The correction was written down." in answer.content.decode()


def test_who_has_no_right_to_correct_is_neither_offered_nor_given_it(
    browse: Browse, otto: User, foreigner: User, with_contact: Make
) -> None:
    order = with_contact()

    sheet = browse(otto).get(reverse("desk:order", args=[order.pk])).content.decode()

    assert "/amend/" not in sheet
    assert [browse(user).get(address(order)).status_code for user in (otto, foreigner)] == [403, 404]
    assert [browse(user).post(address(order), {}).status_code for user in (otto, foreigner)] == [403, 404]


def test_a_line_that_was_left_out_is_told_by_its_goods(browse: Browse, lin: User, an_order: Make) -> None:
    order = an_order(lines=2)
    line = order.lines.order_by("pk")[0]
    client = browse(lin)

    client.post(address(order), filled_in(client, order, **{f"line-{line.pk}-quantity": "0"}))

    with override("en"):
        entries = timeline_for(order, [])
    told = [change for entry in entries for change in entry.changes]
    assert ("保温杯 0", "×1", "left out") in told
    assert not [label for label, *_rest in told if label.startswith("—") or "order line" in label]
