"""Every way around the door, tried: the database refuses it and nothing changes (docs/adr/0002, 0003)."""

import io
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from psycopg2.errors import CheckViolation

from apps.audit.context import Unsigned, signed
from apps.audit.queries import event_model_of, timeline_of
from apps.core.errors import Invalid, NotAllowed
from apps.orders.actions import confirm_shipping_orders
from apps.orders.models import Order, Reason, ShippingOrder
from apps.orders.workflows.shipping_order import has_lines
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, User
from apps.workflow.base import legal_pairs, verbs_of
from apps.workflow.move import IllegalMove, move, move_many
from tests.performance.counting import statements_of

pytestmark = pytest.mark.django_db
AnOrder = Callable[..., ShippingOrder]
CONFIRM = "orders.shippingorder.confirm"


def _state(order: ShippingOrder) -> str:
    return ShippingOrder.objects.values_list("state", flat=True).get(pk=order.pk)


def _history() -> int:
    return event_model_of(ShippingOrder)._base_manager.count()


def test_a_confirmed_order_tells_who_when_from_where_to_where_and_why(an_order: AnOrder, as_lin: Actor) -> None:
    order = an_order()

    with transaction.atomic():
        move(order.confirm, by=as_lin, reason="地址已核对")

    (change,) = timeline_of(order)
    assert (change.actor, change.actor_id, change.verb, change.reason) == ("Lin", as_lin.id, CONFIRM, "地址已核对")
    assert (change.state_from, change.state_to) == ("imported", "confirmed")
    assert change.columns["confirmed_at"] == (None, order.confirmed_at)


def test_a_row_that_only_its_state_can_hold_back_is_moved_by_one_statement_that_tells_it_when(
    an_order: AnOrder,
) -> None:
    order = an_order()

    with transaction.atomic():
        cost = statements_of(lambda: move(order.cancel, by=SYSTEM, reason="买家不要了"))

    assert [sql.split()[0] for sql in cost] == ["SELECT", "UPDATE", "SELECT"]
    kept = ShippingOrder.objects.get(pk=order.pk)
    assert (order.state, order.cancelled_at) == (kept.state, kept.cancelled_at)
    assert kept.state == "cancelled"
    assert kept.cancelled_at is not None


def test_a_bare_update_is_refused(an_order: AnOrder) -> None:
    order = an_order()

    with pytest.raises(IntegrityError, match="not a signed, legal move"), transaction.atomic():
        ShippingOrder.objects.filter(pk=order.pk).update(state="confirmed")

    assert _state(order) == "imported"
    assert _history() == 0


def test_raw_sql_is_refused(an_order: AnOrder) -> None:
    order = an_order()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE orders_shippingorder SET state = 'shipped' WHERE id = %s", [order.pk])

    assert _state(order) == "imported"


def test_a_pair_that_the_machine_does_not_know_is_refused_under_its_own_verb(an_order: AnOrder) -> None:
    order = an_order()

    with pytest.raises(IntegrityError), transaction.atomic(), signed(CONFIRM, by=SYSTEM):
        ShippingOrder.objects.filter(pk=order.pk).update(state="packed")

    assert _state(order) == "imported"


def test_a_legal_pair_is_refused_under_another_verb(an_order: AnOrder) -> None:
    order = an_order()

    with pytest.raises(IntegrityError), transaction.atomic(), signed("orders.shippingorder.cancel", by=SYSTEM):
        ShippingOrder.objects.filter(pk=order.pk).update(state="confirmed")

    assert _state(order) == "imported"


def test_a_bare_update_after_a_signed_block_is_refused(an_order: AnOrder, as_lin: Actor) -> None:
    first, second = an_order(), an_order()

    with pytest.raises(IntegrityError), transaction.atomic():
        move(first.confirm, by=as_lin)
        ShippingOrder.objects.filter(pk=second.pk).update(state="confirmed")

    assert (_state(first), _state(second)) == ("imported", "imported")


def test_an_order_born_in_another_state_is_refused_by_orm_and_by_copy(an_order: AnOrder) -> None:
    lead = an_order().lead_order
    before = ShippingOrder.objects.count()

    with pytest.raises(IntegrityError, match="is born imported"), transaction.atomic():
        ShippingOrder.objects.create(
            number="X", store=lead.store, warehouse=lead.store.warehouse, lead_order=lead, state="confirmed",
            placed_at=lead.placed_at, accepted_at=lead.placed_at, quantity=1,
        )  # fmt: skip
    columns = "number, store_id, warehouse_id, lead_order_id, state, placed_at, accepted_at, quantity, waybill_number, note, created_at"
    row = f"Y\t{lead.store_id}\t{lead.store.warehouse_id}\t{lead.pk}\tshipped\t2026-01-01\t2026-01-01\t1\t\t\t2026-01-01\n"
    with pytest.raises(CheckViolation), transaction.atomic(), connection.cursor() as cursor:
        cursor.copy_expert(f"COPY orders_shippingorder ({columns}) FROM STDIN", io.StringIO(row))

    assert ShippingOrder.objects.count() == before


def test_a_transition_called_by_itself_cannot_be_saved(an_order: AnOrder) -> None:
    order = an_order()

    order.confirm()
    with pytest.raises(IntegrityError), transaction.atomic():
        order.save()

    assert _state(order) == "imported"


def test_bulk_update_and_assignment_are_refused(an_order: AnOrder) -> None:
    order = an_order()

    with pytest.raises(AttributeError):
        order.state = "confirmed"
    order.__dict__["state"] = "confirmed"
    with pytest.raises(IntegrityError), transaction.atomic():
        ShippingOrder.objects.bulk_update([order], ["state"])

    assert _state(order) == "imported"


def test_nested_signatures_keep_their_own_verb_and_share_the_click(an_order: AnOrder, as_lin: Actor) -> None:
    order = an_order()

    with transaction.atomic(), signed("orders.job.outer", by=SYSTEM) as click:
        move(order.confirm, by=as_lin)
        ShippingOrder.objects.filter(pk=order.pk).update(note="n")

    outer, inner = timeline_of(order)
    assert (inner.verb, inner.actor) == (CONFIRM, "Lin")
    assert (outer.verb, outer.actor) == ("orders.job.outer", "opsdesk")
    assert inner.click == outer.click == click


def test_what_somebody_made_of_the_databases_refusal_comes_out_of_a_signature(an_order: AnOrder) -> None:
    order = an_order()

    with pytest.raises(Invalid), transaction.atomic(), signed("orders.job.outer", by=SYSTEM):
        try:
            ShippingOrder.objects.filter(pk=order.pk).update(number=an_order().number)
        except IntegrityError as error:
            raise Invalid("x") from error

    assert _state(order) == "imported"
    with pytest.raises(IntegrityError), transaction.atomic():
        ShippingOrder.objects.filter(pk=order.pk).update(state="confirmed")


@pytest.mark.django_db(transaction=True)
def test_a_move_needs_an_open_transaction(an_order: AnOrder, as_lin: Actor) -> None:
    order = an_order()

    with pytest.raises(Unsigned):
        move(order.confirm, by=as_lin)

    assert _state(order) == "imported"


def test_history_can_be_added_to_but_neither_changed_nor_removed(an_order: AnOrder, as_lin: Actor) -> None:
    order = an_order()
    with transaction.atomic():
        move(order.confirm, by=as_lin)
    events = event_model_of(ShippingOrder)._base_manager

    with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
        events.update(pgh_label="x")
    with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
        events.all()._raw_delete("default")

    assert _history() == 1


def test_the_history_library_writes_no_second_book(an_order: AnOrder, as_lin: Actor) -> None:
    order = an_order()

    with transaction.atomic():
        move(order.confirm, by=as_lin)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pghistory_context")
        assert cursor.fetchone() == (0,)


def test_no_setting_switches_a_trigger_off(an_order: AnOrder) -> None:
    order = an_order()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(tgname) FROM pg_trigger WHERE NOT tgisinternal")
        names = ",".join(cursor.fetchone()[0])
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [f"{{{names}}}"])
        cursor.execute("UPDATE orders_shippingorder SET state = 'shipped' WHERE id = %s", [order.pk])

    assert _state(order) == "imported"


def test_a_guard_refuses_with_its_own_sentence_and_leaves_no_trace(an_order: AnOrder, as_lin: Actor) -> None:
    order = an_order(lines=0)

    with pytest.raises(IllegalMove) as refused, transaction.atomic():
        move(order.confirm, by=as_lin)

    assert refused.value.sentence == has_lines.refusal
    assert _state(order) == "imported"
    assert _history() == 0


def test_a_set_moves_what_may_move_and_names_each_refusal(an_order: AnOrder, as_lin: Actor) -> None:
    good, empty, done, stopped = an_order(), an_order(lines=0), an_order(state="confirmed"), an_order()
    Reason.objects.create(shipping_order=stopped, code=Reason.Code.MANUAL_HOLD)

    with transaction.atomic():
        moved = move_many(ShippingOrder.objects.all(), ShippingOrder.confirm, by=as_lin)

    assert moved.done == [good.pk]
    assert set(moved.refused) == {empty.pk, done.pk, stopped.pk}
    assert len({str(sentence) for sentence in moved.refused.values()}) == 3
    assert [_state(order) for order in (good, empty, done, stopped)] == [
        "confirmed",
        "imported",
        "confirmed",
        "imported",
    ]


def test_row_and_set_agree_on_every_guard(an_order: AnOrder) -> None:
    orders = [an_order(), an_order(lines=0), an_order(mapped=False), an_order(platform_state="closed")]
    Reason.objects.create(shipping_order=orders[0], code=Reason.Code.MANUAL_HOLD)

    for guard in verbs_of(ShippingOrder)["confirm"].guards:
        as_set = dict(ShippingOrder.objects.annotate(ok=guard.expression()).values_list("pk", "ok"))
        assert {order.pk: guard(order) for order in orders} == as_set, guard.name


def test_without_the_right_nothing_moves(an_order: AnOrder, noor: User) -> None:
    order = an_order()

    with pytest.raises(NotAllowed), transaction.atomic():
        move(order.confirm, by=Actor.of(noor))

    assert _state(order) == "imported"


def test_a_cancellation_needs_a_reason(an_order: AnOrder, mara: User) -> None:
    order = an_order()

    with pytest.raises(Invalid), transaction.atomic():
        move(order.cancel, by=Actor.of(mara), reason="  ")

    assert _state(order) == "imported"


@pytest.mark.rule("ORD-05")
def test_nobody_changes_an_orders_commercial_fields(an_order: AnOrder) -> None:
    order = an_order(paid="128.00").lead_order

    for column, value in {"paid_amount": "1.00", "number": "x", "buyer_message": "x", "province": "x"}.items():
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            Order.objects.filter(pk=order.pk).update(**{column: value})

    order.refresh_from_db()
    assert str(order.paid_amount) == "128.00"


@pytest.mark.rule("ORD-05", "ORD-06")
def test_an_amendment_may_touch_only_its_own_columns(an_order: AnOrder) -> None:
    order = an_order().lead_order

    with transaction.atomic(), signed("orders.order.amend", by=SYSTEM):
        Order.objects.filter(pk=order.pk).update(city="杭州市")
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic(), signed("orders.order.amend", by=SYSTEM):
        Order.objects.filter(pk=order.pk).update(placed_at=order.created_at)

    order.refresh_from_db()
    assert order.city == "杭州市"


def test_a_refreshed_row_shows_the_state_and_stays_protected(an_order: AnOrder, as_lin: Actor) -> None:
    order, same = an_order(), None
    same = ShippingOrder.objects.get(pk=order.pk)

    with transaction.atomic():
        move(order.confirm, by=as_lin)
    same.refresh_from_db()

    assert same.state == "confirmed"
    with pytest.raises(AttributeError):
        same.state = "imported"


def test_the_platforms_order_never_goes_back() -> None:
    order_of = ["wait_pay", "wait_ship", "part_shipped", "shipped", "signed", "done"]
    pairs = {(a, b) for a, b, _verb in legal_pairs(Order)}

    backwards = {(a, b) for i, a in enumerate(order_of) for b in order_of[:i]}
    assert not pairs & backwards
    assert not {(a, b) for a, b in pairs if a.startswith("closed_")}


def test_a_foreign_store_is_not_in_the_set(an_order: AnOrder, foreigner: User, fengdu: Store) -> None:
    theirs, ours = an_order(store=fengdu), an_order()

    moved = confirm_shipping_orders([theirs.pk, ours.pk], by=Actor.of(foreigner))

    assert moved.done == [theirs.pk]
    assert moved.refused == {}
    assert _state(ours) == "imported"
