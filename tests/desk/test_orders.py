"""One order on its sheet, and many from the list: what can be done, what is refused, what is written down."""

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.audit.models import Reveal
from apps.audit.queries import timeline_of
from apps.jobs.models import Job
from apps.orders.models import AuditRule, Reason, ShippingOrder
from apps.org.models import Store, User, WarehouseGrant
from apps.warehouse.models import Wave
from tests.desk.pages import text_of

Browse = Callable[..., Client]
Make = Callable[..., ShippingOrder]
Orders = Callable[..., list[ShippingOrder]]
Stopped = Callable[..., Reason]
Clocked = Callable[..., None]


def sheet(order: ShippingOrder, verb: str = "") -> str:
    """The address of an order's sheet, or of something done on it."""
    return reverse("desk:order_verb", args=[order.pk, verb]) if verb else reverse("desk:order", args=[order.pk])


@pytest.mark.rule("ORD-08", "ORD-12")
def test_confirming_on_the_sheet_moves_the_order_and_redraws_the_list(
    browse: Browse, lin: User, an_order: Make
) -> None:
    order = an_order()

    answer = browse(lin, htmx="sheet").post(sheet(order, "confirm"))

    order.refresh_from_db()
    assert order.state == "confirmed"
    assert json.loads(answer["HX-Trigger"])["list-changed"] is True
    assert "Confirmed: To confirm → Confirmed" in answer.content.decode()
    assert [(change.verb, change.source) for change in timeline_of(order)] == [("orders.shippingorder.confirm", "page")]


@pytest.mark.parametrize("verb", ["confirm", "note", "amend"])
def test_an_answer_on_the_orders_own_page_has_no_drawer_to_close(
    browse: Browse, lin: User, an_order: Make, verb: str
) -> None:
    order = an_order()
    address = reverse("desk:order_amend", args=[order.pk]) if verb == "amend" else sheet(order, verb)
    client = browse(lin, htmx="sheet")
    own_page = browse(lin).get(sheet(order)).content.decode()

    in_drawer = client.post(address, {"text": "x"}).content.decode()
    on_page = client.post(address, {"text": "y"}, headers={"HX-Standing": "1"}).content.decode()

    assert '{"HX-Standing": "1"}' in own_page
    assert "data-close" in in_drawer
    assert "data-close" not in on_page


@pytest.mark.rule("ORD-10")
def test_a_stopped_order_shows_why_its_button_is_off_and_refuses_all_the_same(
    browse: Browse, lin: User, an_order: Make, stopped: Stopped
) -> None:
    order = an_order()
    stopped(order, note="等客户回复", opened_by=lin)
    client = browse(lin, htmx="sheet")

    shown = client.get(sheet(order)).content.decode()
    answer = client.post(sheet(order, "confirm"))

    assert "Confirm: It has an open exception or hold; clear it first." in shown
    assert "等客户回复" in shown
    assert answer.status_code == 200
    assert "It has an open exception or hold; clear it first." in answer.content.decode()
    assert "HX-Trigger" not in answer
    order.refresh_from_db()
    assert order.state == "imported"


@pytest.mark.rule("ORD-10")
@pytest.mark.parametrize(
    ("language", "why"),
    [
        ("en", "The rule looks for: Paid amount is at least 5000; Seller memo contains 加急"),
        ("zh-hans", "实付金额不低于 5000; 卖家备注包含 加急"),
    ],
)
def test_a_rule_that_stops_an_order_says_in_the_readers_language_what_it_looks_for(
    browse: Browse, lin: User, an_order: Make, stopped: Stopped, *, language: str, why: str
) -> None:
    looks_for = [
        {"field": "paid_amount", "op": ">=", "value": "5000"},
        {"field": "seller_memo", "op": "contains", "value": "加急"},
    ]
    rule = AuditRule.objects.create(code="big", name="大额加急", effect="exception", conditions=looks_for)
    order = an_order()
    stopped(order, code=Reason.Code.RULE, rule=rule)

    shown = text_of(browse(lin, htmx="sheet", language=language).get(sheet(order)))

    assert "大额加急" in shown
    assert why in shown


def test_clearing_the_reason_needs_words_and_opens_the_way(
    browse: Browse, lin: User, an_order: Make, stopped: Stopped
) -> None:
    order = an_order()
    reason = stopped(order)
    client = browse(lin, htmx="sheet")
    address = reverse("desk:reason_clear", args=[order.pk, reason.pk])

    refused = client.post(address, {"note": " "})
    still_open = Reason.objects.get(pk=reason.pk).cleared_at is None
    client.post(address, {"note": "客户已回复"})
    confirmed = client.post(sheet(order, "confirm"))

    assert "Please say how it was settled." in refused.content.decode()
    assert still_open
    assert Reason.objects.get(pk=reason.pk).clear_note == "客户已回复"
    assert "Cleared: Held by hand" in confirmed.content.decode()
    order.refresh_from_db()
    assert order.state == "confirmed"


def test_a_reason_of_another_order_is_not_cleared_through_this_one(
    browse: Browse, lin: User, an_order: Make, stopped: Stopped
) -> None:
    order, other = an_order(), an_order()
    reason = stopped(other)

    answer = browse(lin).post(reverse("desk:reason_clear", args=[order.pk, reason.pk]), {"note": "好了"})

    assert answer.status_code == 404
    assert Reason.objects.get(pk=reason.pk).cleared_at is None


def test_taking_a_confirmation_back_asks_for_a_reason_and_tells_it(browse: Browse, lin: User, an_order: Make) -> None:
    order = an_order(state="confirmed")
    client = browse(lin, htmx="sheet")

    refused = client.post(sheet(order, "unconfirm"), {"reason": ""})
    taken_back = client.post(sheet(order, "unconfirm"), {"reason": "客户改地址"})

    assert "Please give a reason." in refused.content.decode()
    assert "客户改地址" in taken_back.content.decode()
    order.refresh_from_db()
    assert order.state == "imported"


def test_a_verb_that_no_button_stands_for_is_not_there(browse: Browse, mara: User, an_order: Make) -> None:
    order = an_order()

    answer = browse(mara).post(sheet(order, "ship"))

    assert answer.status_code == 404
    order.refresh_from_db()
    assert order.state == "imported"


@pytest.mark.rule("ORD-02")
def test_a_late_contact_is_called_out_and_recorded_once(
    browse: Browse, lin: User, an_order: Make, clocked: Clocked
) -> None:
    order = an_order()
    clocked(order, contact_by_at=-5)
    client = browse(lin, htmx="sheet")

    before = client.get(sheet(order)).content.decode()
    after = client.post(sheet(order, "contact")).content.decode()
    twice = client.post(sheet(order, "contact")).content.decode()

    assert "<b>5 min late</b>: the buyer should have been contacted within ten minutes." in before
    assert "should have been contacted" not in after
    assert "The contact was recorded already." in twice
    order.refresh_from_db()
    assert order.contacted_by_id == lin.pk


@pytest.mark.rule("ORD-14")
def test_a_confirmed_order_says_which_goods_it_waits_for(
    browse: Browse, lin: User, an_order: Make, in_stock: Callable[..., object]
) -> None:
    in_stock("QH-000", 1)
    short, served = an_order(lines=2, state="confirmed"), an_order(lines=1, state="confirmed")

    said, nothing = (
        " ".join(browse(lin).get(f"/desk/orders/{order.pk}/").content.decode().split()) for order in (short, served)
    )

    assert "<b>Waits for goods</b> · QH-001 1 piece missing </span>" in said
    assert "Waits for goods" not in nothing


def test_an_internal_note_is_kept_and_its_change_told(browse: Browse, lin: User, an_order: Make) -> None:
    order = an_order()
    client = browse(lin, htmx="sheet")

    client.post(sheet(order, "note"), {"text": "先发红色"})
    shown = client.post(sheet(order, "note"), {"text": "先发蓝色"}).content.decode()

    assert "internal note: 先发红色 → 先发蓝色" in shown
    order.refresh_from_db()
    assert order.note == "先发蓝色"


def test_a_hold_takes_shanghai_time_and_refuses_what_is_no_time(browse: Browse, lin: User, an_order: Make) -> None:
    order = an_order()
    client = browse(lin, htmx="sheet")

    refused = client.post(sheet(order, "hold"), {"note": "等客户", "release_at": "tomorrow"})
    client.post(sheet(order, "hold"), {"note": "等客户", "release_at": "2099-01-02T09:00"})

    assert "The release time is not a time." in refused.content.decode()
    reason = Reason.objects.get(shipping_order=order)
    assert reason.release_at is not None
    assert reason.release_at.isoformat() == "2099-01-02T01:00:00+00:00"


@pytest.mark.rule("SEC-25")
def test_a_buyer_is_shown_plainly_for_a_purpose_and_the_look_is_written_down(
    browse: Browse, lin: User, with_contact: ShippingOrder
) -> None:
    client = browse(lin, htmx="buyer")

    masked = client.get(sheet(with_contact)).content.decode()
    answer = client.post(reverse("desk:order_reveal", args=[with_contact.pk]), {"purpose": "address"})

    assert "13812347252" not in masked
    assert "何小满" not in masked
    assert "13812347252" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    look = Reveal.objects.get()
    assert (look.user_name, look.purpose, look.subject) == (
        "Lin",
        "address",
        f"orders.order:{with_contact.lead_order.number}",
    )


@pytest.mark.rule("SEC-25")
@pytest.mark.parametrize("form", [{}, {"purpose": "curiosity"}, {"purpose": "other", "note": " "}])
def test_without_a_purpose_nothing_is_shown_and_nothing_written_down(
    browse: Browse, lin: User, with_contact: ShippingOrder, form: dict[str, str]
) -> None:
    answer = browse(lin, htmx="buyer").post(reverse("desk:order_reveal", args=[with_contact.pk]), form)

    assert "Say for which purpose you need the buyer" in answer.content.decode()
    assert "13812347252" not in answer.content.decode()
    assert Reveal.objects.count() == 0


@pytest.mark.rule("SEC-25")
def test_who_has_no_right_to_reveal_is_neither_offered_nor_given_it(
    browse: Browse, otto: User, with_contact: ShippingOrder
) -> None:
    client = browse(otto)

    shown = client.get(sheet(with_contact)).content.decode()
    answer = client.post(reverse("desk:order_reveal", args=[with_contact.pk]), {"purpose": "address"})

    assert "/reveal/" not in shown
    assert answer.status_code == 403
    assert Reveal.objects.count() == 0


def test_without_a_script_the_sheet_is_a_page_and_a_button_comes_back_to_it(
    browse: Browse, lin: User, an_order: Make
) -> None:
    order = an_order()

    answer = browse(lin).post(sheet(order, "confirm"), follow=True)

    assert answer.redirect_chain == [(sheet(order), 302)]
    assert "The order was confirmed." in answer.content.decode()
    assert "<html" in answer.content.decode()


class TestMany:
    """The bulk bar."""

    ADDRESS = "/desk/orders/bulk/"

    @pytest.mark.rule("ORD-08")
    def test_what_can_be_confirmed_is_and_the_rest_is_named_with_its_sentence(
        self, browse: Browse, lin: User, an_order: Make, stopped: Stopped
    ) -> None:
        good, held, unmapped = an_order(), an_order(), an_order(mapped=False)
        stopped(held)
        keys = [order.pk for order in (good, held, unmapped)]

        answer = browse(lin, htmx="outcome").post(self.ADDRESS, {"do": "confirm", "ids": keys})

        shown = answer.content.decode()
        assert "1 order was changed." in shown
        assert "2 orders were left as they are:" in shown
        assert "It has an open exception or hold; clear it first." in shown
        assert "A line has no SKU of ours; map it first." in shown
        assert json.loads(answer["HX-Trigger"]) == {"open-dialog": "#outcome-box", "list-changed": True}
        states = dict(ShippingOrder.objects.values_list("pk", "state"))
        assert states == {good.pk: "confirmed", held.pk: "imported", unmapped.pk: "imported"}

    def test_all_that_match_are_taken_through_the_lists_own_filters(
        self, browse: Browse, lin: User, an_order: Make
    ) -> None:
        wanted, other = an_order(flag="red"), an_order(state="confirmed")

        browse(lin).post(
            self.ADDRESS, {"do": "hold", "note": "盘点", "all": "1", "tab": "to_confirm", "ids": [other.pk]}
        )

        assert [reason.shipping_order_id for reason in Reason.objects.all()] == [wanted.pk]

    def test_foreign_keys_in_the_form_change_nothing(self, browse: Browse, foreigner: User, an_order: Make) -> None:
        order = an_order()

        answer = browse(foreigner).post(self.ADDRESS, {"do": "confirm", "ids": [order.pk]})

        assert order.lead_order.number not in answer.content.decode()
        order.refresh_from_db()
        assert order.state == "imported"

    @pytest.mark.parametrize(
        ("form", "sentence"),
        [
            ({"do": "confirm"}, "Choose at least one order."),
            ({"do": "confirm", "ids": ["x", "-1"]}, "Choose at least one order."),
            ({"do": "confirm", "ids": [str(n) for n in range(1, 2002)]}, "At most 2,000 orders at once."),
            ({"do": "hold", "ids": ["1"]}, "Please say why it is held."),
        ],
    )
    def test_a_selection_that_cannot_be_is_told_so(
        self, browse: Browse, lin: User, form: dict[str, object], sentence: str
    ) -> None:
        assert sentence in browse(lin, htmx="outcome").post(self.ADDRESS, form).content.decode()

    @pytest.mark.rule("WHS-03")
    def test_reserved_orders_are_planned_into_a_wave_and_the_others_say_what_they_wait_for(
        self, *, browse: Browse, vera: User, reserved: Orders, an_order: Make, stopped: Stopped
    ) -> None:
        first, second, held = reserved(3)
        stopped(held)
        short = an_order(state="confirmed", lines=1)
        keys = [order.pk for order in (first, second, held, short)]
        client = browse(vera, htmx="outcome")

        page = browse(vera).get("/desk/orders/").content.decode()
        answer = client.post(self.ADDRESS, {"do": "wave", "ids": keys}).content.decode()
        again = client.post(self.ADDRESS, {"do": "wave", "ids": [first.pk]}).content.decode()

        wave = Wave.objects.get()
        assert 'name="do" value="wave"' in page
        assert "2 orders were changed." in answer
        assert f'href="/desk/waves/{wave.pk}/"' in answer
        assert "It has an open exception or hold; clear it first." in answer
        assert "Its goods are not set aside yet; it can be planned as soon as they are." in answer
        assert set(wave.orders.values_list("shipping_order_id", flat=True)) == {first.pk, second.pk}
        assert "It does not wait for a wave, or somebody else is planning it right now." in again

    @pytest.mark.rule("WHS-03")
    def test_who_does_not_plan_waves_sees_no_button_and_plans_none(
        self, browse: Browse, lin: User, reserved: Orders
    ) -> None:
        (order,) = reserved(1)

        page = browse(lin).get("/desk/orders/").content.decode()
        answer = browse(lin, htmx="outcome").post(self.ADDRESS, {"do": "wave", "ids": [order.pk]})

        assert 'name="do" value="wave"' not in page
        assert "You do not have the right to do this." in answer.content.decode()
        assert not Wave.objects.exists()

    def test_a_wave_is_not_planned_where_one_does_not_work(
        self, browse: Browse, person: Callable[..., User], reserved: Orders, fengdu: Store
    ) -> None:
        (order,) = reserved(1)
        both = person("bo", "warehouse_lead")
        WarehouseGrant.objects.create(user=both, warehouse=fengdu.warehouse)

        answer = browse(both, htmx="outcome").post(self.ADDRESS, {"do": "wave", "ids": [order.pk]}).content.decode()

        assert "You do not work in its warehouse." in answer
        assert not Wave.objects.exists()

    def test_who_may_not_confirm_sees_no_bar_and_gets_the_refusal(
        self, browse: Browse, otto: User, an_order: Make
    ) -> None:
        order = an_order()

        page = browse(otto).get("/desk/orders/").content.decode()
        answer = browse(otto, htmx="outcome").post(self.ADDRESS, {"do": "confirm", "ids": [order.pk]})

        assert 'id="bulk"' not in page
        assert 'type="checkbox" form="bulk"' not in page
        assert "You do not have the right to do this." in answer.content.decode()
        order.refresh_from_db()
        assert order.state == "imported"


@pytest.mark.rule("SEC-31")
def test_an_export_is_a_job_for_those_who_have_the_right(browse: Browse, lin: User, mara: User, an_order: Make) -> None:
    an_order()

    refused = browse(lin).post("/desk/orders/export/", {"tab": "all"})
    begun = browse(mara).post("/desk/orders/export/", {"tab": "to_confirm", "state": "imported"})

    assert refused.status_code == 403
    job = Job.objects.get()
    assert begun["Location"] == f"/desk/jobs/{job.pk}/"
    assert job.params["query"] == {"tab": ["to_confirm"], "state": ["imported"]}
