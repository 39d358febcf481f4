"""What happened: states, stamps and histories tell the same story."""

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import chain

import pghistory
import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import F

from apps.audit.context import Unsigned, signed
from apps.audit.queries import event_model_of, timeline_of
from apps.desk.demo.load import Loaded
from apps.orders.models import ImportBatch, Order, Reason, ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import User
from apps.workflow.base import legal_pairs
from apps.workflow.move import move
from apps.workflow.seeding import write_rows
from tests.demo.conftest import NOW

# When a row was born, as its page says above or below its history.
BIRTHS = {
    "orders.Order": "created_at", "orders.ShippingOrder": "created_at", "orders.Reason": "opened_at",
    "orders.ImportBatch": "received_at", "warehouse.Wave": "planned_at", "warehouse.Shipment": "opened_at",
    "warehouse.StockDocument": "drafted_at", "aftersales.ReturnOrder": "announced_at",
    "aftersales.Refund": "requested_at", "finance.Bill": "received_at", "stores.PriceChange": "made_at",
    "stores.ListingChange": "made_at", "approvals.ApprovalRequest": "requested_at", "contracts.Contract": "opened_at",
    "contracts.SettlementStatement": "drafted_at", "staff.ScoreSheet": "opened_at", "documents.Document": "issued_at",
}  # fmt: skip
STAMPS = ("confirmed_at", "reserved_at", "picking_at", "packed_at", "shipped_at")
REACHED = {"imported": 0, "confirmed": 1, "reserved": 2, "picking": 3, "packed": 4, "shipped": 5}


def test_a_shipped_order_tells_who_confirmed_picked_packed_and_shipped_it(company: Loaded) -> None:
    order = ShippingOrder.objects.filter(state="shipped", contacted_at__isnull=False, note="").earliest("accepted_at")

    story = timeline_of(order)[::-1]

    assert [change.verb.removeprefix("orders.shippingorder.") for change in story] == [
        "contact", "confirm", "reserve", "start_picking", "pack", "ship",
    ]  # fmt: skip
    times = [change.at for change in story]
    assert times == sorted(set(times))
    assert times[1:] == [getattr(order, stamp) for stamp in STAMPS]
    assert [change.actor for change in story][2] == SYSTEM.name
    staff = dict(User.objects.values_list("pk", "name"))
    assert all(staff[change.actor_id] == change.actor for change in story if change.actor_id is not None)
    assert story[-1].state_from == "packed"
    assert story[-1].state_to == "shipped"


@pytest.mark.parametrize("machine", [Order, ShippingOrder])
def test_every_move_of_the_past_is_one_that_the_machine_allows(
    company: Loaded, machine: type[Order | ShippingOrder]
) -> None:
    allowed = set(legal_pairs(machine))
    moves = [
        (change.state_from, change.state_to, change.verb)
        for row in machine.objects.all()
        for change in timeline_of(row)
        if "state" in change.columns
    ]

    assert len(moves) > 20
    assert set(moves) <= allowed


def test_stamps_fit_the_state(company: Loaded) -> None:
    for order in ShippingOrder.objects.exclude(state="cancelled"):
        stamps = [getattr(order, stamp) for stamp in STAMPS]
        reached = [stamp for stamp in stamps if stamp is not None]

        assert len(reached) == REACHED[order.state]
        assert stamps[: len(reached)] == reached == sorted(reached)
        assert order.placed_at <= order.accepted_at <= min([*reached, NOW])
        assert (order.waybill_number != "") == (order.state == "shipped")
    assert not ShippingOrder.objects.filter(state="cancelled", cancelled_at__isnull=True).exists()


def test_the_platform_has_what_was_shipped_as_shipped_or_further(company: Loaded) -> None:
    shipped = ShippingOrder.objects.filter(state="shipped", shipped_at__lt=NOW - dt.timedelta(days=1))
    open_states = ["imported", "confirmed", "reserved", "picking", "packed"]

    assert set(shipped.values_list("lead_order__state", flat=True)) <= {"shipped", "signed", "done", "closed_refund"}
    assert set(
        ShippingOrder.objects.filter(state__in=open_states).values_list("lead_order__state", flat=True)
    ) == {"wait_ship"}  # fmt: skip
    assert set(ShippingOrder.objects.filter(state="cancelled").values_list("lead_order__state", flat=True)) <= {
        "closed_refund"
    }


def test_time_runs_forward_in_every_history(load: Callable[..., Loaded]) -> None:
    load(days=10, orders=300)

    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(chain.from_iterable(map(_steps_back, _kept()))))
        found = cursor.fetchall()

    assert found == []
    assert set(BIRTHS) <= {model._meta.label for model in _kept()}


def _kept() -> list[type[models.Model]]:
    """Everything of ours that has a history."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("apps.")]
    return [model for model in ours if pghistory.core.event_models(tracks_model=model)]


def _steps_back(model: type[models.Model]) -> Iterator[str]:
    """Changes that are older than the change before them, or than the row itself."""
    table, events, label = model._meta.db_table, event_model_of(model)._meta.db_table, model._meta.label
    yield (
        f"(SELECT '{label}', pgh_obj_id, at - before FROM (SELECT pgh_obj_id, pgh_created_at AS at, lag(pgh_created_at) "
        f"OVER (PARTITION BY pgh_obj_id ORDER BY pgh_id) AS before FROM {events}) AS told WHERE at < before)"
    )
    if label in BIRTHS:
        yield (
            f"(SELECT '{label}, born', r.id, e.pgh_created_at - r.{BIRTHS[label]} FROM {table} r "
            f"JOIN {events} e ON e.pgh_obj_id = r.id WHERE e.pgh_created_at < r.{BIRTHS[label]})"
        )


@pytest.mark.parametrize("model", [Order, ShippingOrder, Reason])
def test_nothing_of_the_past_lies_in_the_future(company: Loaded, model: type[Order | ShippingOrder | Reason]) -> None:
    events = event_model_of(model)._base_manager

    assert not events.filter(pgh_created_at__gt=NOW).exists()
    assert events.filter(pgh_created_at__lt=NOW - dt.timedelta(hours=12)).exists()


def test_a_change_of_the_past_is_signed_like_a_change_of_today(company: Loaded) -> None:
    order = ShippingOrder.objects.filter(state="reserved").earliest("pk")
    with transaction.atomic():
        move(order.release, by=SYSTEM)

    newest, *older = event_model_of(ShippingOrder)._base_manager.filter(pgh_obj_id=order.pk).order_by("-pgh_id")

    assert all(list(event.pgh_context) == list(newest.pgh_context) for event in older)
    assert all(event.pgh_context_id is not None for event in older)


def test_two_old_uploads_stand_in_the_list_with_their_orders(load: Callable[..., Loaded]) -> None:
    load(days=80, orders=2_000)

    batches = list(ImportBatch.objects.prefetch_related("files", "orders"))

    assert [batch.state for batch in batches] == ["imported", "imported"]
    for batch in batches:
        assert [change.verb for change in timeline_of(batch)] == [
            "orders.importbatch.finish", "orders.importbatch.begin", "orders.importbatch.pass_check",
        ]  # fmt: skip
        assert batch.counts["orders"] == {"new": len(batch.orders.all())}
        assert {order.created_at for order in batch.orders.all()} == {batch.imported_at}
        assert next(file.rows for file in batch.files.all()) == len(batch.orders.all())


def test_buyers_are_contacted_within_ten_minutes_as_a_rule(load: Callable[..., Loaded]) -> None:
    load(days=10, orders=1_000)

    contacted = ShippingOrder.objects.filter(contacted_at__isnull=False)
    in_time = contacted.filter(contacted_at__lte=F("contact_by_at"))

    assert in_time.count() > contacted.count() * 8 // 10
    assert in_time.count() < contacted.count()
    assert set(contacted.values_list("contacted_by__groups__name", flat=True)) <= {"customer_service", "service_lead"}


def test_the_history_of_the_demo_cannot_be_written_outside_the_door(company: Loaded) -> None:
    before = Order.objects.count()

    with transaction.atomic(), signed("orders.order.mirror", by=Actor(id=None, name="x")), pytest.raises(Unsigned):
        write_rows(Order, [{"id": 1}])

    assert Order.objects.count() == before
