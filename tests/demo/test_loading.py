"""Loading: all or nothing, once, the same every time, and only where it is allowed."""

import datetime as dt
import io
from collections.abc import Callable
from hashlib import sha256

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from apps.core.crypto import decrypt
from apps.desk.demo import load as loading
from apps.desk.demo.accounts import PASSWORD
from apps.desk.demo.load import Loaded
from apps.orders.models import BuyerContact, Order, OrderLine, Reason, ShippingOrder
from apps.org.models import Client, Store, User
from apps.stores.models import Sku
from apps.workflow.seeding import NotEmpty
from tests.demo.conftest import NOW


class Killed(Exception):
    """The load broke off."""


def _digest() -> str:
    """Everything with a name or a number in it; keys apart, which go on counting."""
    orders = Order.objects.order_by("number")
    facts = [
        list(orders.values_list("number", "state", "placed_at", "paid_amount", "receiver_masked", "created_at")),
        list(ShippingOrder.objects.order_by("number").values_list("number", "state", "waybill_number", "accepted_at")),
        list(OrderLine.objects.order_by("order__number", "line_key").values_list("title", "outer_code", "quantity")),
        list(Reason.objects.order_by("shipping_order__number", "code", "rule__code").values_list("code", "opened_at")),
        [decrypt(bytes(one.sealed), place=one.place) for one in BuyerContact.objects.order_by("order__number")],
        list(User.objects.order_by("username").values_list("username", "name")),
    ]
    return sha256(repr(facts).encode()).hexdigest()


def _and_back(load: Callable[..., Loaded], now: dt.datetime = NOW) -> tuple[str, set[str]]:
    """Load, remember, undo."""
    with transaction.atomic():
        load(now=now)
        seen = _digest(), set(Order.objects.values_list("number", flat=True))
        transaction.set_rollback(True)
    return seen


def test_the_same_instant_gives_the_same_company(load: Callable[..., Loaded]) -> None:
    first, numbers = _and_back(load)
    second, _numbers = _and_back(load)

    assert first == second
    assert len(numbers) > 60


def test_later_on_the_same_day_the_orders_so_far_have_the_same_numbers(load: Callable[..., Loaded]) -> None:
    _digest_then, then = _and_back(load)
    _digest_later, later = _and_back(load, NOW + dt.timedelta(hours=6))

    assert then < later


def test_a_second_load_is_refused_and_changes_nothing(company: Loaded, load: Callable[..., Loaded]) -> None:
    before = _digest()

    with pytest.raises(NotEmpty, match=r".+"):
        load()

    assert _digest() == before


def test_one_order_is_enough_to_refuse(load: Callable[..., Loaded], an_order: Callable[..., ShippingOrder]) -> None:
    an_order(number="2611210000000000001")

    with pytest.raises(NotEmpty):
        load()

    assert list(Order.objects.values_list("number", flat=True)) == ["2611210000000000001"]
    assert Sku.objects.count() == 1


def test_a_load_that_breaks_off_leaves_nothing(load: Callable[..., Loaded], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> None:
        raise Killed

    monkeypatch.setattr(loading, "_analyse", broken)

    with pytest.raises(Killed):
        load()

    assert [model.objects.count() for model in (Order, ShippingOrder, Store, Client, Sku, User)] == [0] * 6


def test_the_command_says_what_it_loaded_and_refuses_the_second_time(db: None) -> None:
    said = io.StringIO()

    call_command("load_demo", "--days", "2", "--orders", "40", stdout=said)

    assert f"{Order.objects.count()} orders" in said.getvalue()
    with pytest.raises(CommandError):
        call_command("load_demo", "--days", "2", "--orders", "40")


def test_if_empty_does_nothing_and_says_nothing_when_there_is_work(
    an_order: Callable[..., ShippingOrder], capsys: pytest.CaptureFixture[str]
) -> None:
    an_order()

    call_command("load_demo", "--if-empty")

    assert Order.objects.count() == 1
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("command", ["load_demo", "demo_accounts"])
def test_where_the_demo_is_not_allowed_both_commands_refuse(db: None, settings: object, command: str) -> None:
    settings.DEMO_ALLOWED = False

    with pytest.raises(CommandError, match="not allowed"):
        call_command(command)

    assert User.objects.count() == 0


def test_the_accounts_are_one_line_for_each_role_and_nothing_else(company: Loaded) -> None:
    said = io.StringIO()

    call_command("demo_accounts", stdout=said)

    lines = said.getvalue().splitlines()
    assert len(lines) == 10
    assert all(line.endswith(PASSWORD) for line in lines)
    assert lines[0].split() == ["Customer", "service", "xu.anran", PASSWORD]


def test_an_account_with_a_password_of_its_own_is_not_shown(company: Loaded) -> None:
    user = User.objects.get(username="xu.anran")
    user.set_password("Something-else-9")
    user.save()
    said = io.StringIO()

    call_command("demo_accounts", stdout=said)

    assert len(said.getvalue().splitlines()) == 9
    assert "xu.anran" not in said.getvalue()
