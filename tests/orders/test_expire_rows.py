"""Rows of imports that ended long ago are removed; the batch keeps what it was, in numbers and findings."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import timezone

from apps.audit.context import signed
from apps.audit.queries import timeline_of
from apps.jobs.models import Finding
from apps.orders.actions import discard_batch, expire
from apps.orders.actions.expire import expire_rows
from apps.orders.models import BuyerContact, ImportBatch, Order, StagedLine, StagedOrder
from apps.orders.queries import batch_results, batch_summary
from apps.org.actors import SYSTEM, Actor
from apps.parameters.models import ParameterValue
from tests.orders.conftest import ITEMS_2017, ORDERS_2017

pytestmark = [pytest.mark.django_db, pytest.mark.rule("SEC-25")]
Importer = Callable[..., ImportBatch]


def _age(batch: ImportBatch, days: int) -> None:
    at = timezone.now() - dt.timedelta(days=days)
    stamps = {name: at for name in ("received_at", "checked_at", "imported_at") if getattr(batch, name)}
    with transaction.atomic(), signed("core.seed", by=SYSTEM):
        ImportBatch.objects.filter(pk=batch.pk).update(**stamps)


def _staged() -> tuple[int, int]:
    return StagedOrder.objects.count(), StagedLine.objects.count()


def test_after_thirty_days_the_rows_go_and_the_numbers_stay(
    imported: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expire, "CHUNK", 4)
    batch = imported(ORDERS_2017, ITEMS_2017)
    summary, findings = batch_summary(batch), Finding.objects.count()
    _age(batch, 31)

    assert expire_rows() == 1

    batch.refresh_from_db()
    assert _staged() == (0, 0)
    assert batch.rows_removed_at is not None
    assert batch_summary(batch) == summary
    assert batch_results(batch) == []
    assert Finding.objects.count() == findings > 0
    assert (Order.objects.count(), BuyerContact.objects.count()) == (13, 13)
    assert timeline_of(batch)[0].verb == "orders.importbatch.expire"


def test_a_second_run_finds_nothing_to_do(imported: Importer) -> None:
    _age(imported(ORDERS_2017), 31)
    expire_rows()
    told = len(timeline_of(ImportBatch.objects.get()))

    assert expire_rows() == 0
    assert len(timeline_of(ImportBatch.objects.get())) == told


@pytest.mark.parametrize(("age", "days", "gone"), [(29, None, False), (8, 7, True), (31, 60, False)])
def test_how_long_they_are_kept_is_a_parameter(imported: Importer, age: int, days: int | None, gone: bool) -> None:
    if days:
        ParameterValue.objects.create(key="orders.batch_rows_days", value=str(days), effective_from="2026-01-01")
    _age(imported(ORDERS_2017), age)

    expire_rows()

    assert (_staged() == (0, 0)) is gone


def test_a_batch_that_still_waits_for_somebody_keeps_its_rows(checked: Importer) -> None:
    _age(checked(ORDERS_2017), 400)

    assert expire_rows() == 0
    assert _staged()[0] > 0


def test_a_discarded_batch_loses_its_rows_too(checked: Importer, as_lin: Actor) -> None:
    batch = checked(ORDERS_2017)
    _age(discard_batch(batch.pk, by=as_lin), 31)

    assert expire_rows() == 1
    assert _staged() == (0, 0)


def test_a_run_that_was_stopped_after_the_buyers_goes_on(imported: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = imported(ORDERS_2017, ITEMS_2017)
    _age(batch, 31)
    real = expire._delete_some

    def stopped(model: type, key: int) -> int:
        if model is StagedLine:
            raise RuntimeError("the machine goes down")
        return real(model, key)

    monkeypatch.setattr(expire, "_delete_some", stopped)
    with pytest.raises(RuntimeError):
        expire_rows()
    monkeypatch.setattr(expire, "_delete_some", real)

    assert (_staged()[0], ImportBatch.objects.get().rows_removed_at) == (0, None)
    assert expire_rows() == 1
    assert _staged() == (0, 0)
