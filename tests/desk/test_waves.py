"""Planning, walking and ending a wave at the desk and with a scanner; a refusal is a sentence and changes nothing."""

import re
import uuid
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from apps.orders.models import Reason, ShippingOrder
from apps.org.actors import Actor
from apps.org.models import Store, User, Warehouse, WarehouseGrant
from apps.warehouse.actions import confirm_pick, plan_wave
from apps.warehouse.models import Wave, WaveOrder
from tests.desk.walking import line_of

Browse = Callable[..., Client]
Orders = Callable[..., list[ShippingOrder]]


def _form(warehouse_id: int | None, **fields: object) -> dict[str, object]:
    """What the planning page sends: each page has a key of its own."""
    return {"warehouse": warehouse_id, "key": str(uuid.uuid4()), **fields}


def _said(answer: HttpResponse) -> str:
    return answer.headers.get("HX-Trigger", "").encode().decode("unicode_escape")


# ---- planning ----


@pytest.mark.rule("WHS-03")
def test_a_rule_plans_a_wave_and_the_sentence_says_how_many_came_along(
    browse: Browse,
    vera: User,
    reserved: Orders,
    warehouse: Warehouse,
) -> None:
    reserved(3)

    answer = browse(vera).post("/desk/waves/plan/", _form(warehouse.pk, kind="mixed", most_orders="2"), follow=True)

    wave = Wave.objects.get()
    assert answer.redirect_chain == [(f"/desk/waves/{wave.pk}/", 302)]
    assert f"Wave {wave.number} was planned with 2 orders." in answer.content.decode()
    assert ShippingOrder.objects.filter(state="reserved").count() == 1


@pytest.mark.rule("WHS-03")
def test_chosen_orders_walk_together_and_those_that_cannot_are_named_with_their_reason(
    browse: Browse,
    vera: User,
    reserved: Orders,
    stopped: Callable[..., Reason],
    warehouse: Warehouse,
) -> None:
    free, held = reserved(2)
    stopped(held)

    answer = browse(vera).post(
        "/desk/waves/plan/", _form(warehouse.pk, how="chosen", ids=[free.pk, held.pk]), follow=True
    )

    page = answer.content.decode()
    assert "was planned with 1 order. 1 order did not come along." in page
    assert held.number in page
    assert "It has an open exception or hold; clear it first." in page
    assert list(WaveOrder.objects.values_list("shipping_order_id", flat=True)) == [free.pk]


def test_the_preview_says_how_many_match_before_anything_is_planned(
    browse: Browse,
    vera: User,
    reserved: Orders,
    warehouse: Warehouse,
) -> None:
    reserved(2)
    reserved(1, lines=2)
    address = f"/desk/waves/plan/?warehouse={warehouse.pk}"
    client = browse(vera, htmx="match")

    said = {
        kind: client.get(f"{address}&kind={kind}&most_orders=2").content.decode()
        for kind in ("single", "multi", "mixed")
    }

    assert "2 orders match and come along." in said["single"]
    assert "1 order matches and comes along." in said["multi"]
    assert "3 orders match; the wave takes 2, the earliest paid first." in said["mixed"]
    assert not Wave.objects.exists()


@pytest.mark.parametrize("most", ["0", "501", "-3", "many"])
def test_a_number_of_orders_that_is_none_is_refused(
    browse: Browse,
    vera: User,
    reserved: Orders,
    warehouse: Warehouse,
    most: str,
) -> None:
    reserved(1)

    answer = browse(vera).post("/desk/waves/plan/", _form(warehouse.pk, kind="mixed", most_orders=most))

    assert answer.content.decode().count("A wave takes from 1 to 500 orders.") == 1
    assert not Wave.objects.exists()


@pytest.mark.rule("WHS-17")
def test_as_many_waves_as_it_takes_are_planned_with_one_click(
    browse: Browse, vera: User, reserved: Orders, warehouse: Warehouse
) -> None:
    reserved(5)
    client = browse(vera)
    asked = _form(warehouse.pk, kind="mixed", most_orders="2", all="yes")
    foreseen = client.get("/desk/waves/plan/", asked).content.decode()

    answer = client.post("/desk/waves/plan/", asked, follow=True).content.decode()

    assert "5 orders match and come along in 3 waves." in foreseen
    assert "3 waves were planned with 5 orders." in answer
    assert [wave.orders.count() for wave in Wave.objects.order_by("pk")] == [2, 2, 1]


def test_choosing_no_order_is_refused_with_a_sentence(
    browse: Browse,
    vera: User,
    reserved: Orders,
    warehouse: Warehouse,
) -> None:
    reserved(1)

    answer = browse(vera).post("/desk/waves/plan/", _form(warehouse.pk, how="chosen"))

    assert answer.content.decode().count("Choose at least one order.") == 1
    assert not Wave.objects.exists()


def test_without_waiting_orders_the_page_says_what_is_missing(browse: Browse, vera: User) -> None:
    page = browse(vera).get("/desk/waves/plan/").content.decode()

    assert "No order waits for a wave" in page
    assert "<select" not in page


def test_a_wave_is_planned_only_in_ones_own_warehouse(
    browse: Browse,
    vera: User,
    fengdu: Store,
) -> None:
    answer = browse(vera).post("/desk/waves/plan/", _form(fengdu.warehouse_id, kind="mixed"))

    assert answer.status_code == 404
    assert not Wave.objects.exists()


# ---- the same form twice ----


@pytest.mark.parametrize("how", [{"kind": "mixed", "most_orders": "2"}, {"how": "chosen"}])
def test_a_double_click_plans_one_wave_and_both_answers_show_it(
    how: dict[str, object], browse: Browse, vera: User, reserved: Orders, warehouse: Warehouse
) -> None:
    orders, client = reserved(5), browse(vera)
    form = _form(warehouse.pk, ids=[order.pk for order in orders[:2]], **how)

    first = client.post("/desk/waves/plan/", form, follow=True)
    second = client.post("/desk/waves/plan/", form, follow=True)

    wave = Wave.objects.get()
    assert first.redirect_chain == second.redirect_chain == [(f"/desk/waves/{wave.pk}/", 302)]
    assert f"Wave {wave.number} was planned with 2 orders." in second.content.decode()
    assert ShippingOrder.objects.filter(state="reserved").count() == 3


@pytest.mark.rule("WHS-17")
def test_as_many_waves_as_it_takes_are_those_of_the_first_click_also_when_orders_came_since(
    browse: Browse, vera: User, reserved: Orders, warehouse: Warehouse
) -> None:
    client, form = browse(vera), _form(warehouse.pk, kind="mixed", most_orders="2", all="yes")
    reserved(5)
    client.post("/desk/waves/plan/", form)
    reserved(4)

    again = client.post("/desk/waves/plan/", form, follow=True).content.decode()

    assert "3 waves were planned with 5 orders." in again
    assert Wave.objects.count() == 3
    assert ShippingOrder.objects.filter(state="reserved").count() == 4


def test_the_page_opened_again_plans_the_next_wave(
    browse: Browse, vera: User, reserved: Orders, warehouse: Warehouse
) -> None:
    reserved(4)
    client = browse(vera)
    pages = [client.get("/desk/waves/plan/").content.decode() for _ in range(2)]
    keys = [re.findall(r'name="key" value="([0-9a-f-]{36})"', page) for page in pages]

    for rule_key, _hand_key in keys:
        client.post("/desk/waves/plan/", _form(warehouse.pk, kind="mixed", most_orders="2") | {"key": rule_key})

    assert len({key for of_page in keys for key in of_page}) == 4
    assert [wave.orders.count() for wave in Wave.objects.order_by("pk")] == [2, 2]


def test_a_plan_that_was_refused_is_not_remembered(
    browse: Browse, vera: User, reserved: Orders, warehouse: Warehouse
) -> None:
    client, form = browse(vera), _form(warehouse.pk, kind="mixed", most_orders="2")
    refused = client.post("/desk/waves/plan/", form)
    reserved(2)

    client.post("/desk/waves/plan/", form)

    assert "There is nothing to pick" in refused.content.decode()
    assert Wave.objects.get().orders.count() == 2


def test_somebody_elses_form_key_gives_none_of_their_waves(
    *, browse: Browse, vera: User, person: Callable[..., User], reserved: Orders, warehouse: Warehouse
) -> None:
    reserved(4)
    ning = person("ning", "warehouse_lead", stores=())
    WarehouseGrant.objects.create(user=ning, warehouse=warehouse)
    form = _form(warehouse.pk, kind="mixed", most_orders="2")

    for user in (vera, ning):
        browse(user).post("/desk/waves/plan/", form)

    assert [(wave.planned_by, wave.orders.count()) for wave in Wave.objects.order_by("pk")] == [(vera, 2), (ning, 2)]


@pytest.mark.parametrize("key", ["", "1", "nothing"])
def test_a_form_without_a_key_plans_nothing(
    key: str, browse: Browse, vera: User, reserved: Orders, warehouse: Warehouse
) -> None:
    reserved(1)

    answer = browse(vera).post("/desk/waves/plan/", _form(warehouse.pk, kind="mixed") | {"key": key})

    assert "This form is not complete; open the page again." in answer.content.decode()
    assert not Wave.objects.exists()


# ---- doors ----


def test_a_wave_of_another_warehouse_is_not_there(
    browse: Browse,
    walking: Callable[..., Wave],
    person: Callable[..., User],
    fengdu: Store,
) -> None:
    wave = walking()
    stranger = person("ren", "warehouse_lead", stores=())
    WarehouseGrant.objects.create(user=stranger, warehouse=fengdu.warehouse)
    client = browse(stranger)

    answers = [
        client.get(f"/desk/waves/{wave.pk}/"),
        client.get(f"/desk/waves/{wave.pk}/walk/"),
        client.post(f"/desk/waves/{wave.pk}/walk/", {"line": line_of(wave).pk, "code": "QH-000"}),
        client.post(f"/desk/waves/{wave.pk}/walk/short/", {"line": line_of(wave).pk, "quantity": "0", "reason": "空"}),
        client.post(f"/desk/waves/{wave.pk}/cancel/", {"reason": "空"}),
        client.post(f"/desk/waves/{wave.pk}/paper/"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 6
    assert wave.number not in client.get("/desk/waves/").content.decode()
    wave.refresh_from_db()
    assert wave.state == "picking"
    assert line_of(wave).picked_at is None


def test_a_picker_walks_but_neither_cancels_nor_takes_orders_out(
    browse: Browse, noor: User, walking: Callable[..., Wave]
) -> None:
    wave = walking()
    page = browse(noor).get(f"/desk/waves/{wave.pk}/").content.decode()

    refused = browse(noor, htmx="wave").post(f"/desk/waves/{wave.pk}/cancel/", {"reason": "不想拣"})

    assert "Pick by scanning" in page
    assert "Cancel the wave" not in page
    assert "Take out" not in page
    assert "You do not have the right to do this." in refused.content.decode()
    wave.refresh_from_db()
    assert wave.state == "picking"


def test_an_unknown_verb_is_not_there(browse: Browse, noor: User, walking: Callable[..., Wave]) -> None:
    assert browse(noor).post(f"/desk/waves/{walking().pk}/close/").status_code == 404


# ---- one wave ----


def test_the_lead_starts_a_wave_for_somebody_who_picks_here(
    *,
    browse: Browse,
    vera: User,
    noor: User,
    reserved: Orders,
    warehouse: Warehouse,
    as_vera: Actor,
) -> None:
    reserved(1)
    wave = plan_wave(warehouse.pk, by=as_vera)

    answer = browse(vera, htmx="wave").post(f"/desk/waves/{wave.pk}/start/", {"picker": noor.pk})

    wave.refresh_from_db()
    assert (wave.state, wave.picker) == ("picking", noor)
    assert "Picking has started." in _said(answer)


def test_nobody_is_made_a_picker_who_does_not_pick_in_this_warehouse(
    *,
    browse: Browse,
    vera: User,
    lin: User,
    reserved: Orders,
    warehouse: Warehouse,
    as_vera: Actor,
) -> None:
    reserved(1)
    wave = plan_wave(warehouse.pk, by=as_vera)

    answer = browse(vera, htmx="wave").post(f"/desk/waves/{wave.pk}/start/", {"picker": lin.pk})

    assert "This person does not pick in this warehouse." in answer.content.decode()
    wave.refresh_from_db()
    assert wave.state == "planned"


def test_a_stop_walked_with_the_paper_list_is_entered_at_the_desk(
    browse: Browse, noor: User, walking: Callable[..., Wave]
) -> None:
    wave = walking(2)

    answer = browse(noor, htmx="wave").post(f"/desk/waves/{wave.pk}/pick/", {"line": line_of(wave).pk, "quantity": "2"})

    assert "The stop is picked." in _said(answer)
    assert "2 of 2 picked" in answer.content.decode()
    assert line_of(wave).picked_quantity == 2


@pytest.mark.rule("WHS-03")
def test_a_wave_walked_on_paper_is_entered_at_once(browse: Browse, noor: User, walking: Callable[..., Wave]) -> None:
    wave = walking(2)
    client = browse(noor, htmx="wave")
    offered = client.get(f"/desk/waves/{wave.pk}/").content.decode()

    answer = client.post(f"/desk/waves/{wave.pk}/rest/")

    assert "All as listed" in offered
    assert "All stops are picked as listed." in _said(answer)
    assert "All as listed" not in answer.content.decode()
    assert line_of(wave).picked_quantity == 2


def test_fewer_pieces_without_a_reason_are_refused(browse: Browse, noor: User, walking: Callable[..., Wave]) -> None:
    wave = walking(2)

    answer = browse(noor, htmx="wave").post(f"/desk/waves/{wave.pk}/pick/", {"line": line_of(wave).pk, "quantity": "1"})

    assert "Please say why there are fewer." in answer.content.decode()
    assert line_of(wave).picked_at is None
    assert WaveOrder.objects.filter(taken_out_at__isnull=True).count() == 2


def test_finishing_is_off_while_a_stop_is_ahead_and_says_why(
    browse: Browse, noor: User, walking: Callable[..., Wave]
) -> None:
    wave = walking()
    client = browse(noor)

    before = client.get(f"/desk/waves/{wave.pk}/").content.decode()
    confirm_pick(line_of(wave).pk, 1, by=Actor.of(noor))
    answer = client.post(f"/desk/waves/{wave.pk}/finish/", follow=True)

    assert "Finish picking: A place on the pick list is not picked yet." in before
    after = answer.content.decode()
    assert "The wave is picked; it is at the bench." in after
    # The page that follows leads on: the sidebar's link, and one more.
    assert (before.count('href="/desk/check/"'), after.count('href="/desk/check/"')) == (1, 2)
    wave.refresh_from_db()
    assert wave.state == "picked"


def test_taking_an_order_out_needs_a_reason_and_shows_it(
    browse: Browse,
    vera: User,
    walking: Callable[..., Wave],
) -> None:
    wave = walking(2)
    order = WaveOrder.objects.get(wave=wave, slot=2).shipping_order
    client = browse(vera, htmx="wave")
    address = f"/desk/waves/{wave.pk}/take-out/"

    refused = client.post(address, {"order": order.pk, "reason": " "})
    still_inside = WaveOrder.objects.filter(wave=wave, taken_out_at__isnull=True).count()
    answer = client.post(address, {"order": order.pk, "reason": "客户改地址"})

    assert "Please give a reason." in refused.content.decode()
    assert still_inside == 2
    assert "客户改地址" in answer.content.decode()
    order.refresh_from_db()
    assert order.state == "confirmed"


def test_an_order_of_another_wave_cannot_be_taken_out_here(
    browse: Browse,
    vera: User,
    walking: Callable[..., Wave],
) -> None:
    first, second = walking(), walking()
    order = WaveOrder.objects.get(wave=second).shipping_order

    answer = browse(vera, htmx="wave").post(
        f"/desk/waves/{first.pk}/take-out/", {"order": order.pk, "reason": "改地址"}
    )

    assert "This order is not in the wave any more." in answer.content.decode()
    assert WaveOrder.objects.filter(taken_out_at__isnull=False).count() == 0


def test_cancelling_gives_all_orders_back_and_the_timeline_keeps_the_reason(
    browse: Browse,
    vera: User,
    walking: Callable[..., Wave],
) -> None:
    wave = walking(2)

    page = browse(vera).post(f"/desk/waves/{wave.pk}/cancel/", {"reason": "停电"}, follow=True).content.decode()

    assert "The wave was cancelled; its orders wait for goods again." in page
    assert "停电" in page
    assert "No order is left in this wave." in page
    wave.refresh_from_db()
    assert wave.state == "cancelled"


def test_the_list_parts_waves_under_way_from_those_that_are_over(
    browse: Browse,
    vera: User,
    walking: Callable[..., Wave],
) -> None:
    gone, going = walking(), walking()
    client = browse(vera)
    client.post(f"/desk/waves/{gone.pk}/cancel/", {"reason": "停电"})

    under_way = client.get("/desk/waves/").content.decode()
    over = client.get("/desk/waves/?tab=over&before=x").content.decode()

    assert f"/desk/waves/{going.pk}/" in under_way
    assert f"/desk/waves/{gone.pk}/" not in under_way
    assert f"/desk/waves/{gone.pk}/" in over
    assert f"/desk/waves/{going.pk}/" not in over


def test_an_empty_list_offers_the_next_step_to_who_may_take_it(
    browse: Browse,
    noor: User,
    vera: User,
) -> None:
    pages = {user: browse(user).get("/desk/waves/").content.decode() for user in (noor, vera)}

    assert all("No wave is under way" in page for page in pages.values())
    assert "/desk/waves/plan/" not in pages[noor]
    assert "/desk/waves/plan/" in pages[vera]
