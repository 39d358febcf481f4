"""Addresses follow from the data folder alone, so that every process of a checkout finds the same servers."""

from pathlib import Path

import pytest
from environ import Env
from redis.connection import parse_url

from opsdesk.embedded import CHECKOUT, accounts, broker_url, data_folder, places, urls
from opsdesk.embedded.places import database_url, redis_url

LONG = Path("/srv") / ("a-rather-deep-folder/" * 6)


def test_the_data_lies_in_var_of_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPSDESK_DATA", raising=False)
    monkeypatch.setattr(places, "open_to_others", lambda path: True)

    assert data_folder() == CHECKOUT / "var"


def test_the_environment_names_another_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSDESK_DATA", "/srv/opsdesk")

    assert data_folder() == Path("/srv/opsdesk")


def test_a_relative_data_folder_counts_from_the_checkout_and_not_from_where_one_stands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OPSDESK_DATA", "var/second")
    monkeypatch.chdir(tmp_path)

    assert data_folder() == CHECKOUT / "var" / "second"


def test_roots_checkout_in_a_closed_folder_keeps_its_data_under_var_lib(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OPSDESK_DATA", raising=False)
    monkeypatch.setattr(places, "is_root", lambda: True)
    monkeypatch.setattr(places, "open_to_others", lambda path: False)

    assert data_folder().parent == Path("/var/lib/opsdesk")
    assert len(data_folder().name) == 12


def test_a_closed_folder_anywhere_above_is_noticed(tmp_path: Path) -> None:
    inner = tmp_path / "home" / "checkout"
    inner.mkdir(parents=True)
    (tmp_path / "home").chmod(0o700)

    assert not accounts.open_to_others(inner)


def test_the_addresses_are_known_without_starting_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSDESK_DATA", "/srv/opsdesk")

    assert urls().database == "postgres://opsdesk@/opsdesk?host=/srv/opsdesk/postgres"
    assert urls().redis == "unix:///srv/opsdesk/valkey/valkey.sock?db=0"


def test_django_reads_the_database_address() -> None:
    config = Env.db_url_config(database_url(Path("/srv/My Data/postgres")))

    assert config["ENGINE"] == "django.db.backends.postgresql"
    assert (config["NAME"], config["USER"]) == ("opsdesk", "opsdesk")
    assert config["OPTIONS"] == {"host": "/srv/My Data/postgres"}


def test_redis_and_celery_reach_the_same_socket() -> None:
    address = redis_url(Path("/srv/My Data/valkey"), 3)

    assert parse_url(address)["path"] == "/srv/My Data/valkey/valkey.sock"
    assert parse_url(address)["db"] == 3
    assert broker_url(address) == "redis+socket:///srv/My%20Data/valkey/valkey.sock?virtual_host=3"


def test_a_redis_on_the_network_is_spelled_alike_for_celery() -> None:
    assert broker_url("redis://:secret@valkey:6379/1") == "redis://:secret@valkey:6379/1"


@pytest.mark.parametrize("data", [LONG, Path("/srv/one, two")])
def test_a_path_that_no_socket_can_have_is_replaced_by_a_short_one(data: Path) -> None:
    folder = places.socket_folder(data, places.POSTGRES_SOCKET)

    assert folder != data
    assert len(str(folder / places.POSTGRES_SOCKET)) < 60
    assert folder == places.socket_folder(data, places.POSTGRES_SOCKET)


def test_two_long_paths_get_two_short_ones() -> None:
    first = places.socket_folder(LONG / "first", places.VALKEY_SOCKET)
    second = places.socket_folder(LONG / "second", places.VALKEY_SOCKET)

    assert first != second
