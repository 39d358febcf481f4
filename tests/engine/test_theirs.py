"""A database that happens to be named by the environment is told, and somebody else's is not touched."""

from typing import Any

import pytest
from django.db import connection

from opsdesk.embedded import Unreachable
from opsdesk.supervisor import theirs


def _address(database: str) -> str:
    """The tests' own server, another database."""
    given: dict[str, Any] = connection.get_connection_params()
    port = f"&port={given['port']}" if given.get("port") else ""
    secret = f"&password={given['password']}" if given.get("password") else ""
    return f"postgres:///{database}?host={given['host']}&user={given['user']}{port}{secret}"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgres://me:secret@db.test:5433/shop", "the database “shop” on db.test"),
        ("postgres://me@/shop?host=/run/postgres", "the database “shop” on /run/postgres"),
        ("postgres:///shop", "the database “shop” on this machine"),
        ("postgis://me:secret@db.test/shop", "a database whose address only Django reads"),
    ],
)
def test_the_console_names_database_and_host_and_no_password(address: str, told: str) -> None:
    assert theirs.named(address) == told


@pytest.mark.django_db(transaction=True)
def test_a_database_with_other_tables_is_refused_and_an_empty_one_or_ours_is_not() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE somebody_elses TEMPLATE template0")
    try:
        address = _address("somebody_elses")
        theirs.refuse_foreign(address)
        theirs.refuse_foreign(_address(connection.settings_dict["NAME"]))
        other = theirs.psycopg2.connect(address)
        with other, other.cursor() as cursor:
            cursor.execute("CREATE TABLE customers (id int)")
        other.close()

        with pytest.raises(Unreachable, match="the database “somebody_elses” on "):
            theirs.refuse_foreign(address)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE somebody_elses WITH (FORCE)")
