"""What must be true of the whole database is checked every night, and the administrators hear of what is not."""

import io
import logging
from collections.abc import Callable

import pytest
from celery.schedules import crontab
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from apps.audit.context import signed
from apps.core import invariants
from apps.core.invariants import Invariant
from apps.notices.models import Notice
from apps.notices.tasks import check_promises_of_the_night
from apps.orders.models import ShippingOrder, ShippingOrderLine
from apps.org.actors import SYSTEM
from apps.org.models import User

pytestmark = pytest.mark.django_db
Make = Callable[..., ShippingOrder]


@pytest.fixture
def ida(person: Callable[..., User]) -> User:
    """System administrator."""
    return person("ida", "it", stores=())


@pytest.fixture
def damage(an_order: Make) -> ShippingOrder:
    """An order that ships more than was ordered, as no verb of ours could make it."""
    order = an_order()
    with transaction.atomic(), signed("core.seed", by=SYSTEM), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        ShippingOrderLine.objects.filter(shipping_order=order).update(quantity=9)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    return order


@pytest.mark.usefixtures("damage")
def test_a_broken_promise_rings_for_the_administrators_once_and_is_written_down(
    ida: User, lin: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="opsdesk.promises"):
        check_promises_of_the_night()
        check_promises_of_the_night()

    notice = Notice.objects.get()
    assert (notice.user, notice.tone) == (ida, "bad")
    assert "1 promises about the data that do not hold; the first is orders.lines_ship_once" in notice.text["en"]
    assert "orders.lines_ship_once does not hold: 1 rows" in caplog.text


@pytest.mark.usefixtures("damage")
def test_a_promise_that_cannot_be_looked_at_keeps_no_other_from_its_turn(
    ida: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    unreadable = Invariant("audit.unreadable", "nobody can look", "SELECT 1 / 0")
    monkeypatch.setitem(invariants._declared, unreadable.id, unreadable)

    with caplog.at_level(logging.ERROR, logger="opsdesk.promises"):
        check_promises_of_the_night()

    unseen, broken = Notice.objects.order_by("key")
    assert (unseen.user, unseen.tone, broken.user) == (ida, "bad", ida)
    assert "could not look at 1 promises about the data; the first is audit.unreadable" in unseen.text["en"]
    assert "the first is orders.lines_ship_once" in broken.text["en"]
    assert "audit.unreadable could not be looked at" in caplog.text


@pytest.mark.usefixtures("ida")
def test_while_every_promise_holds_nobody_hears_anything(an_order: Make) -> None:
    an_order()

    check_promises_of_the_night()

    assert not Notice.objects.exists()


def test_the_command_names_the_rows_and_fails(damage: ShippingOrder) -> None:
    said = io.StringIO()

    with pytest.raises(CommandError, match="1 invariants do not hold"):
        call_command("check_invariants", stderr=said)

    assert said.getvalue().startswith("orders.lines_ship_once: no order line ships more than was ordered: 1 rows")
    assert str(damage.lines.get().order_line_id) in said.getvalue()


def test_the_command_says_when_all_is_well(an_order: Make) -> None:
    an_order()
    said = io.StringIO()

    call_command("check_invariants", stdout=said)

    assert said.getvalue() == "Every invariant holds.\n"


def test_the_check_is_on_the_clock() -> None:
    nightly = settings.CELERY_BEAT_SCHEDULE["check-promises"]

    assert (nightly["task"], nightly["schedule"]) == (check_promises_of_the_night.name, crontab(hour=3, minute=20))
