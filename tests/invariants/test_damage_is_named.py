"""The checker is red when it has to be: each promise is broken once, and named with the row that breaks it."""

import io

import pytest
from django.core.management import CommandError, call_command

from apps.core import invariants
from apps.core.invariants import broken
from tests.invariants.damage import DAMAGES, Damage
from tests.invariants.planting import plant

pytestmark = pytest.mark.django_db


def _name(damage: Damage) -> str:
    return f"{damage.promise}-{damage.rows[-1][0]}"


@pytest.mark.parametrize("damage", DAMAGES, ids=_name)
def test_a_broken_promise_is_named_with_its_row(damage: Damage) -> None:
    before = [found.invariant.id for found in broken()]

    for table, columns in damage.rows:
        plant(table, columns)

    named = {found.invariant.id: found.first for found in broken()}
    assert damage.promise not in before
    assert named.get(damage.promise) == [damage.named]


def test_every_promise_of_the_house_is_broken_once_here() -> None:
    assert {damage.promise for damage in DAMAGES} == set(invariants._declared)


def test_the_command_says_what_is_broken_and_fails() -> None:
    said = io.StringIO()
    plant("orders_shippingorder", {"id": 1, "state": "confirmed", "confirmed_at": None})

    with pytest.raises(CommandError, match="2 invariants do not hold"):
        call_command("check_invariants", stderr=said)

    assert "orders.confirmed_are_stamped: " in said.getvalue()
    assert "1 rows, e.g. ['1']" in said.getvalue()
