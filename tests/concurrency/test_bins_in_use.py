"""Goods come into a bin while somebody switches it off: whoever is second is refused, and no goods are lost from sight."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, transaction

from apps.warehouse.models import Bin, BinBalance, StockMove
from tests.concurrency.hands import PATIENCE, own_connection, until_somebody_waits_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)
InStock = Callable[..., StockMove]


def _switch_off(place: Bin) -> object:
    with own_connection():
        try:
            return Bin.objects.filter(pk=place.pk).update(is_active=False)
        except IntegrityError as error:
            return error


def test_a_bin_that_is_being_filled_is_not_switched_off(a_bin: Callable[..., Bin], in_stock: InStock) -> None:
    place = a_bin("A-1")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            in_stock("QH-000", 3, bin=place)
            second = pool.submit(_switch_off, place)
            until_somebody_waits_for_a_lock()
        answer = second.result(PATIENCE)

    place.refresh_from_db()
    assert isinstance(answer, IntegrityError)
    assert (place.is_active, BinBalance.objects.get().quantity) == (True, 3)


def _bring(in_stock: InStock, place: Bin) -> object:
    with own_connection():
        try:
            return in_stock("QH-000", 3, bin=place)
        except IntegrityError as error:
            return error


def test_a_bin_that_is_being_switched_off_gets_no_goods(a_bin: Callable[..., Bin], in_stock: InStock) -> None:
    place = a_bin("A-1")
    in_stock("QH-000", 1, bin=a_bin("B-1"))
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Bin.objects.filter(pk=place.pk).update(is_active=False)
            second = pool.submit(_bring, in_stock, place)
            until_somebody_waits_for_a_lock()
        answer = second.result(PATIENCE)

    assert isinstance(answer, IntegrityError)
    assert not BinBalance.objects.filter(bin=place, quantity__gt=0).exists()
