"""Amend an order before it ships: what changes, what is refused with nothing changed, and what a later file makes of it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from apps.audit.context import signed
from apps.audit.queries import changes_among, timeline_of
from apps.core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from apps.desk.queries.finding import find_orders
from apps.orders.actions import amend_order
from apps.orders.actions.amend import Outdated
from apps.orders.actions.reveal import unsealed
from apps.orders.imports.buyers import place_of, sealed_contact
from apps.orders.models import BuyerContact, Order, Reason, ShippingOrder, ShippingOrderLine
from apps.orders.models.order import AMEND_VERB
from apps.orders.queries.amendable import amendable
from apps.orders.rules.amendment import Amendment, Contact, LineWish
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, User
from apps.parameters.models import ParameterValue

pytestmark = pytest.mark.rule("ORD-05", "ORD-06")
Make = Callable[..., ShippingOrder]
KNOWN = {"receiver": "何小满", "phone": "13812347252", "address": "浙江省 杭州市 西湖区 文三路 100 号"}
REASON = "客户来电"


@pytest.fixture
def with_contact(an_order: Make) -> Make:
    """Make an order whose buyer is in the vault: `with_contact(state="packed", phone="138…")`."""

    def make(*, contact: dict[str, str] | None = None, **columns: Any) -> ShippingOrder:
        masked = {"receiver_masked": "何**", "phone_masked": "138****7252"}
        region = {"province": "浙江省", "city": "杭州市", "district": "西湖区"}
        shipping = an_order(**{**masked, **region, **columns})
        order = shipping.lead_order
        sealed = sealed_contact(store_id=order.store_id, number=order.number, buyer="满满", **(contact or KNOWN))
        BuyerContact.objects.create(
            order=order, place=place_of(order.store_id, order.number), sealed=sealed.sealed, is_masked=sealed.is_masked,
            phone_hash=sealed.phone_hash, tail_hash=sealed.tail_hash, name_hash=sealed.name_hash,
            buyer_hash=sealed.buyer_hash,
        )  # fmt: skip
        return shipping

    return make


@pytest.fixture
def as_mara(mara: User) -> Actor:
    """The team lead as the one who acts."""
    return Actor.of(mara)


def plain(order: ShippingOrder) -> tuple[str, str, str, str]:
    """What lies in the vault for an order."""
    known = unsealed(BuyerContact.objects.get(order=order.lead_order))
    return known.name, known.phone, known.telephone, known.address


def everything(order: ShippingOrder) -> tuple[object, ...]:
    """All that an amendment could touch, and how often it was touched."""
    lead = Order.objects.filter(pk=order.lead_order_id).values().get()
    sealed = [bytes(contact.sealed) for contact in BuyerContact.objects.filter(order=order.lead_order)]
    history = len(timeline_of(order.lead_order)), len(timeline_of(order))
    lines = list(ShippingOrderLine.objects.filter(shipping_order=order).values())
    return (
        lead,
        sealed,
        history,
        lines,
        ShippingOrder.objects.filter(pk=order.pk).values().get(),
        Reason.objects.count(),
    )


def test_a_new_phone_goes_sealed_into_the_vault_and_is_found_by_its_end(with_contact: Make, as_lin: Actor) -> None:
    order = with_contact()

    changed = amend_order(order.pk, Amendment(Contact(phone="13900008888")), reason=REASON, by=as_lin)

    assert changed == ["phone"]
    assert plain(order) == ("何小满", "13900008888", "", "浙江省 杭州市 西湖区 文三路 100 号")
    lead = Order.objects.get(pk=order.lead_order_id)
    assert (lead.receiver_masked, lead.phone_masked, lead.city) == ("何**", "139****8888", "杭州市")
    assert find_orders("8888", as_lin).keys == (lead.pk,)
    assert find_orders("13900008888", as_lin).keys == (lead.pk,)
    assert find_orders("7252", as_lin).keys == ()
    assert find_orders("满满", as_lin).keys == (lead.pk,)


def test_a_new_region_keeps_the_street_and_a_new_street_the_region(with_contact: Make, as_lin: Actor) -> None:
    moved, corrected = with_contact(), with_contact()

    amend_order(
        moved.pk, Amendment(Contact(province="江苏省", city="苏州市", district="姑苏区")), reason=REASON, by=as_lin
    )
    amend_order(corrected.pk, Amendment(Contact(street="文三路 101 号")), reason=REASON, by=as_lin)

    assert plain(moved)[3] == "江苏省 苏州市 姑苏区 文三路 100 号"
    assert plain(corrected)[3] == "浙江省 杭州市 西湖区 文三路 101 号"
    lead = Order.objects.get(pk=moved.lead_order_id)
    assert (lead.province, lead.city, lead.district) == ("江苏省", "苏州市", "姑苏区")


def test_an_order_without_contact_gets_one(an_order: Make, as_lin: Actor) -> None:
    order = an_order()
    wish = Contact("周末", "13700001111", "北京", "北京", "朝阳区", "虚构路 1 号")

    amend_order(order.pk, Amendment(wish), reason=REASON, by=as_lin)

    assert plain(order) == ("周末", "13700001111", "", "北京 朝阳区 虚构路 1 号")
    assert Order.objects.get(pk=order.lead_order_id).receiver_masked == "周**"


@pytest.mark.rule("ORD-07", "ORD-14")
def test_price_memo_and_flag_change_and_the_desks_copy_of_the_price_with_them(an_order: Make, as_lin: Actor) -> None:
    order = an_order(paid="128.00", seller_memo="", flag="")

    changed = amend_order(
        order.pk, Amendment(paid_amount=Decimal("118"), seller_memo=" 送礼 ", flag="red"), reason="改价", by=as_lin
    )

    order.refresh_from_db()
    lead = Order.objects.get(pk=order.lead_order_id)
    assert changed == ["paid_amount", "seller_memo", "flag"]
    assert (lead.paid_amount, lead.seller_memo, lead.flag) == (Decimal("118.00"), "送礼", "red")
    assert order.paid_amount == Decimal("118.00")
    assert lead.amended == {"paid_amount": "128.00", "seller_memo": "", "flag": ""}


def test_items_become_fewer_or_another_sku_and_the_parcel_counts_anew(
    an_order: Make, as_lin: Actor, a_sku: Callable[..., Any]
) -> None:
    order = an_order(lines=2)
    other = a_sku("QH-900")
    first, second = order.lines.all()
    _ordered(first, 5)

    changed = amend_order(
        order.pk,
        Amendment(lines={first.pk: LineWish(3), second.pk: LineWish(sku_code="QH-900")}),
        reason=REASON,
        by=as_lin,
    )

    order.refresh_from_db()
    assert changed == ["quantity", "sku"]
    lines = {line.pk: (line.quantity, line.sku_id) for line in order.lines.all()}
    assert lines == {first.pk: (3, first.sku_id), second.pk: (1, other.pk)}
    assert order.quantity == 4
    told = changes_among(ShippingOrderLine, shipping_order_id=order.pk)
    assert {change.row: change.columns for change in told if change.verb == AMEND_VERB} == {
        first.pk: {"quantity": (5, 3)},
        second.pk: {"sku_id": (second.sku_id, other.pk)},
    }


def _ordered(line: ShippingOrderLine, quantity: int) -> None:
    """The buyer ordered so many of it; lines are frozen, so the row is written anew under the same key."""
    order_line = line.order_line
    shipping, sku = line.shipping_order, line.sku
    line.delete()
    order_line.delete()
    order_line.quantity = quantity
    order_line.save(force_insert=True)
    line.pk = None
    line.shipping_order, line.order_line, line.sku, line.quantity = shipping, order_line, sku, quantity
    line.save(force_insert=True)


def test_the_history_tells_who_why_and_both_values_but_no_plain_word_of_the_buyer(
    with_contact: Make, as_lin: Actor
) -> None:
    order = with_contact()
    wish = Amendment(Contact(phone="13900008888", street="文三路 101 号"), flag="red")

    amend_order(order.pk, wish, reason=REASON, by=as_lin)

    change = timeline_of(Order.objects.get(pk=order.lead_order_id))[0]
    assert (change.verb, change.actor, change.reason) == (AMEND_VERB, "Lin", REASON)
    assert change.columns["flag"] == ("", "red")
    assert change.columns["phone_masked"] == ("138****7252", "139****8888")
    assert change.columns["amended"][1]["contact"]["parts"] == ["phone", "street"]
    assert not any(secret in repr(change) for secret in ("13900008888", "13812347252", "文三路", "小满"))


@pytest.mark.rule("ORD-10")
@pytest.mark.parametrize(("state", "stopped"), [("confirmed", 0), ("reserved", 1), ("picking", 1), ("packed", 1)])
def test_what_the_warehouse_has_in_hand_is_stopped(with_contact: Make, as_lin: Actor, state: str, stopped: int) -> None:
    order = with_contact(state=state)

    for phone in ("13900008888", "13900009999"):
        amend_order(order.pk, Amendment(Contact(phone=phone)), reason=REASON, by=as_lin)

    open_reasons = Reason.objects.filter(shipping_order=order, code=Reason.Code.CHANGED, cleared_at__isnull=True)
    assert [(reason.note, reason.opened_by_id) for reason in open_reasons] == [(REASON, as_lin.id)] * stopped
    order.refresh_from_db()
    assert order.state == state


def test_the_same_wish_twice_changes_once(with_contact: Make, as_lin: Actor) -> None:
    order = with_contact(state="packed")
    wish = Amendment(Contact(phone="13900008888"), flag="red")
    amend_order(order.pk, wish, reason=REASON, by=as_lin)
    before = everything(order)

    assert amend_order(order.pk, wish, reason=REASON, by=as_lin) == []
    assert everything(order) == before


WRONG: dict[str, tuple[Amendment, str]] = {
    "stars in the phone": (Amendment(Contact(phone="139****8888")), "masked"),
    "no phone": (Amendment(Contact(phone="not a phone")), "not_a_phone"),
    "a line break in the name": (Amendment(Contact(receiver="何\n小")), "masked"),
    "too long a street": (Amendment(Contact(street="路" * 201)), "too_long"),
    "a negative price": (Amendment(paid_amount=Decimal("-0.01")), "amount"),
    "half a cent": (Amendment(paid_amount=Decimal("120.005")), "amount"),
    "no number": (Amendment(paid_amount=Decimal("NaN")), "amount"),
    "a flag that nobody has": (Amendment(flag="pink"), "flag"),
    "a memo without end": (Amendment(seller_memo="长" * 1001), "too_long"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wish_that_cannot_be_is_refused_and_nothing_changes(with_contact: Make, as_lin: Actor, case: str) -> None:
    order = with_contact(state="packed")
    wish, code = WRONG[case]
    before = everything(order)

    with pytest.raises(Invalid) as refused:
        amend_order(order.pk, wish, reason=REASON, by=as_lin)

    assert refused.value.code == code
    assert everything(order) == before


def test_a_new_region_needs_a_street_where_the_known_one_is_masked(with_contact: Make, as_lin: Actor) -> None:
    masked = {"receiver": "何*", "phone": "138****7252", "address": "浙江省 杭州市 西湖区 ***"}
    order = with_contact(contact=masked)
    before = everything(order)

    with pytest.raises(Invalid) as refused:
        amend_order(order.pk, Amendment(Contact(district="余杭区", city="杭州市")), reason=REASON, by=as_lin)

    assert refused.value.code == "street_missing"
    assert everything(order) == before


@pytest.mark.rule("AMB-24")
@pytest.mark.parametrize("state", ["shipped", "cancelled"])
def test_nothing_is_corrected_once_it_has_shipped_or_was_cancelled(
    with_contact: Make, as_lin: Actor, state: str
) -> None:
    order = with_contact(state=state)
    before = everything(order)

    with pytest.raises(Conflict) as refused:
        amend_order(order.pk, Amendment(flag="red"), reason=REASON, by=as_lin)

    assert refused.value.code == "over"
    assert everything(order) == before


@pytest.mark.rule("AMB-24")
def test_nothing_is_corrected_once_another_parcel_of_the_order_has_shipped(an_order: Make, as_lin: Actor) -> None:
    order, other = an_order(), an_order(state="shipped", platform_state="shipped")
    with transaction.atomic(), signed("core.seed", by=SYSTEM):
        ShippingOrder.objects.filter(pk=other.pk).update(lead_order=order.lead_order)
    before = everything(order)

    with pytest.raises(Conflict):
        amend_order(order.pk, Amendment(flag="red"), reason=REASON, by=as_lin)

    assert everything(order) == before


@pytest.mark.parametrize("reason", ["", "  ", "a\nb", "长" * 201])
def test_without_a_proper_reason_nothing_is_corrected(an_order: Make, as_lin: Actor, reason: str) -> None:
    order = an_order()
    before = everything(order)

    with pytest.raises(Invalid):
        amend_order(order.pk, Amendment(flag="red"), reason=reason, by=as_lin)

    assert everything(order) == before


@pytest.mark.parametrize("state", ["reserved", "picking", "packed"])
def test_items_are_not_changed_once_goods_lie_aside(an_order: Make, as_lin: Actor, state: str) -> None:
    order = an_order(state=state)
    line = order.lines.get()
    _ordered(line, 2)
    before = everything(order)

    with pytest.raises(Conflict):
        amend_order(order.pk, Amendment(flag="red", lines={line.pk: LineWish(1)}), reason=REASON, by=as_lin)

    assert everything(order) == before


@pytest.mark.parametrize("quantity", [-1, 3])
def test_a_line_ships_no_more_than_was_ordered_and_not_less_than_nothing(
    an_order: Make, as_lin: Actor, quantity: int
) -> None:
    order = an_order()
    line = order.lines.get()
    _ordered(line, 2)
    before = everything(order)

    with pytest.raises(Invalid) as refused, override("en"):
        amend_order(order.pk, Amendment(lines={line.pk: LineWish(quantity)}), reason=REASON, by=as_lin)

    with override("en"):
        assert str(refused.value) == "“保温杯 0”: at most 2, which is what the buyer ordered; 0 leaves it out."
    assert everything(order) == before


def test_a_reduction_may_be_taken_back(an_order: Make, as_lin: Actor) -> None:
    order = an_order()
    line = order.lines.get()
    _ordered(line, 2)

    for quantity in (1, 2):
        amend_order(order.pk, Amendment(lines={line.pk: LineWish(quantity)}), reason=REASON, by=as_lin)

    assert order.lines.get().quantity == 2


@pytest.mark.parametrize("code", ["QH-404", "QH-OFF"])
def test_a_sku_that_is_unknown_or_not_sold_any_more_is_refused(
    an_order: Make, as_lin: Actor, a_sku: Callable[..., Any], code: str
) -> None:
    a_sku("QH-OFF", is_active=False)
    order = an_order()
    before = everything(order)

    with pytest.raises(Invalid) as refused:
        amend_order(
            order.pk, Amendment(lines={order.lines.get().pk: LineWish(sku_code=code)}), reason=REASON, by=as_lin
        )

    assert refused.value.code == "sku"
    assert everything(order) == before


def test_a_line_of_another_order_is_not_there(an_order: Make, as_lin: Actor) -> None:
    order, other = an_order(), an_order()

    with pytest.raises(NotFound):
        amend_order(order.pk, Amendment(lines={other.lines.get().pk: LineWish(1)}), reason=REASON, by=as_lin)


def test_who_may_not_correct_or_does_not_work_for_the_store_changes_nothing(
    an_order: Make, otto: User, foreigner: User
) -> None:
    order = an_order()
    before = everything(order)

    for user, error in ((otto, NotAllowed), (foreigner, NotFound)):
        with pytest.raises(error):
            amend_order(order.pk, Amendment(flag="red"), reason=REASON, by=Actor.of(user))

    assert everything(order) == before


@pytest.mark.rule("ORD-07")
def test_a_larger_price_change_needs_a_right_of_its_own(an_order: Make, as_lin: Actor, as_mara: Actor) -> None:
    order = an_order(paid="100.00")
    ParameterValue.objects.create(key="orders.price_change_percent", value="5", effective_from="2026-01-01")
    before = everything(order)

    with pytest.raises(NotAllowed) as refused, override("en"):
        amend_order(order.pk, Amendment(paid_amount=Decimal("94.99")), reason=REASON, by=as_lin)
    with override("en"):
        assert str(refused.value).startswith("You may change a price by at most 5 %.")
    assert everything(order) == before

    amend_order(order.pk, Amendment(paid_amount=Decimal("95")), reason=REASON, by=as_lin)
    amend_order(order.pk, Amendment(paid_amount=Decimal("50")), reason=REASON, by=as_mara)
    assert Order.objects.get(pk=order.lead_order_id).paid_amount == Decimal("50.00")


def test_a_form_that_somebody_overtook_overwrites_nothing(with_contact: Make, as_lin: Actor, as_mara: Actor) -> None:
    order = with_contact()
    seen = amendable(order).seen
    amend_order(order.pk, Amendment(Contact(street="文三路 7 号")), reason=REASON, by=as_mara)
    before = everything(order)

    with pytest.raises(Outdated):
        amend_order(order.pk, Amendment(seller_memo="送礼"), reason=REASON, by=as_lin, seen=seen)

    assert everything(order) == before


def test_a_mark_of_the_present_order_is_taken(with_contact: Make, as_lin: Actor) -> None:
    order = with_contact()

    amend_order(order.pk, Amendment(flag="red"), reason=REASON, by=as_lin, seen=amendable(order).seen)

    assert Order.objects.get(pk=order.lead_order_id).flag == "red"


@pytest.mark.parametrize("column", ["number", "buyer_message", "total_amount", "status_text"])
def test_under_the_signature_of_an_amendment_other_columns_stay_frozen(an_order: Make, column: str) -> None:
    order = an_order().lead_order
    value = Decimal(1) if column == "total_amount" else "x"

    with pytest.raises(IntegrityError), transaction.atomic(), signed(AMEND_VERB, by=SYSTEM):
        Order.objects.filter(pk=order.pk).update(**{column: value})


def test_foreign_stores_price_limits_do_not_meet(an_order: Make, as_lin: Actor, qinghe: Store) -> None:
    order = an_order(paid="100.00")
    ParameterValue.objects.create(
        key="orders.price_change_percent", value="50", effective_from="2026-01-01", store=qinghe
    )

    amend_order(order.pk, Amendment(paid_amount=Decimal("60")), reason=REASON, by=as_lin)

    assert Order.objects.get(pk=order.lead_order_id).paid_amount == Decimal("60.00")


def test_every_refusal_is_a_sentence_for_a_person(with_contact: Make, as_lin: Actor) -> None:
    order = with_contact()

    for wish, _code in WRONG.values():
        with pytest.raises(DomainError) as refused:
            amend_order(order.pk, wish, reason=REASON, by=as_lin)
        with override("en"):
            assert str(refused.value).endswith(".")
