"""In production web, worker and beat work as a role that reads and writes rows and can do nothing else."""

from collections.abc import Callable, Iterator

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from apps.orders.actions import confirm_shipping_order
from apps.orders.models import ImportBatch, Order, ShippingOrder
from apps.org.actors import Actor
from apps.stores.models import Sku
from tests.orders.conftest import ITEMS_2017, ORDERS_2017

pytestmark = pytest.mark.django_db


@pytest.fixture
def role() -> str:
    """The role, made and granted as the operations manual says; gone with the test.

    Named after the database: roles belong to the whole server, where another test worker would wait for this name.
    """
    name = f"app_of_{connection.settings_dict['NAME']}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {name} NOSUPERUSER NOCREATEDB NOCREATEROLE")
    call_command("grant_app_role", name)
    return name


@pytest.fixture
def as_role(role: str) -> Iterator[str]:
    """From here on, this connection is that role."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")
    yield role
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def _history() -> list[str]:
    return [model._meta.db_table for model in apps.get_models() if hasattr(model, "pgh_obj")]


@pytest.mark.rule("SEC-25")
def test_an_import_and_a_confirmation_need_nothing_more(
    qinghe: object, a_sku: Callable[..., Sku], imported: Callable[..., ImportBatch], as_lin: Actor, as_role: str
) -> None:
    for code in ("QH-MUG-BL", "QH-MUG-WH", "QH-TBC-140", "QH-BOX-S"):
        a_sku(code)

    batch = imported(ORDERS_2017, ITEMS_2017)
    waiting = ShippingOrder.objects.get(lead_order__number__endswith="0048")
    confirmed = confirm_shipping_order(waiting.pk, by=as_lin)

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (as_role,)
    assert (batch.state, Order.objects.count(), confirmed.state) == ("imported", 13, "confirmed")


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE orders_order CASCADE",
        "TRUNCATE orders_shippingorderevent",
        "CREATE TABLE mine (id integer)",
        "ALTER TABLE orders_order ADD COLUMN mine integer",
        "ALTER TABLE orders_shippingorder DISABLE TRIGGER ALL",
        "DROP TABLE orders_reason",
        "SET LOCAL session_replication_role = replica",
        "UPDATE orders_shippingorderevent SET state = 'confirmed'",
        "DELETE FROM orders_shippingorderevent",
        "CREATE OR REPLACE FUNCTION pgtrigger_ignore() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    ],
)
@pytest.mark.usefixtures("as_role")
def test_the_role_changes_no_table_empties_none_and_rewrites_no_history(statement: str) -> None:
    refused = pytest.raises(ProgrammingError, match=r"permission denied|must be owner")

    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_every_history_can_only_be_added_to_and_no_table_can_be_emptied(role: str) -> None:
    asked = "SELECT has_table_privilege(%s, %s, 'INSERT'), has_table_privilege(%s, %s, 'UPDATE, DELETE, TRUNCATE')"
    with connection.cursor() as cursor:
        held = {}
        for table in _history():
            cursor.execute(asked, [role, table, role, table])
            held[table] = cursor.fetchone()
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace "
            "AND has_table_privilege(%s, oid, 'TRUNCATE, TRIGGER, REFERENCES')",
            [role],
        )
        loose = cursor.fetchall()

    assert len(held) > 30
    assert {table: rights for table, rights in held.items() if rights != (True, False)} == {}
    assert loose == []
