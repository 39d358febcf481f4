"""A Valkey of our own: every change logged, nothing evicted, no port, and a message survives a kill."""

import os
import signal

import pytest
import redis
from kombu import Connection

from opsdesk.embedded import InUse, broker_url, processes
from tests.engine.conftest import MakeValkey

pytestmark = pytest.mark.faults


def test_a_message_survives_a_kill(a_valkey: MakeValkey) -> None:
    server = a_valkey("valkey")
    server.start()
    redis.Redis.from_url(server.url()).rpush("queue", "ring")

    server.kill()
    gone = processes.running_in(server.data, "valkey-server")
    server.start()

    assert gone == []
    assert redis.Redis.from_url(server.url()).lrange("queue", 0, -1) == [b"ring"]


def test_a_second_start_finds_the_messages_again(a_valkey: MakeValkey) -> None:
    first = a_valkey("valkey")
    first.start()
    redis.Redis.from_url(first.url()).rpush("queue", "ring")
    first.stop()

    second = a_valkey("valkey")
    second.start()

    assert redis.Redis.from_url(second.url()).llen("queue") == 1


def test_celery_sends_and_receives_through_the_socket(a_valkey: MakeValkey) -> None:
    server = a_valkey("valkey")
    server.start()

    with Connection(broker_url(server.url())) as connection, connection.SimpleQueue("doorbell") as queue:
        queue.put({"job": 7})
        message = queue.get(timeout=2)
        message.ack()

    assert message.payload == {"job": 7}


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("appendonly", "yes"),
        ("appendfsync", "everysec"),
        ("maxmemory-policy", "noeviction"),
        ("save", ""),
        ("port", "0"),
    ],
)
def test_it_runs_with_the_house_settings(a_valkey: MakeValkey, setting: str, value: str) -> None:
    server = a_valkey("valkey")

    server.start()

    assert redis.Redis.from_url(server.url()).config_get(setting) == {setting: value}


def test_two_servers_run_side_by_side(a_valkey: MakeValkey) -> None:
    first, second = a_valkey("first"), a_valkey("second")
    first.start()
    second.start()

    redis.Redis.from_url(first.url()).set("who", "first")

    assert redis.Redis.from_url(second.url()).get("who") is None


def test_a_folder_in_use_is_refused(a_valkey: MakeValkey) -> None:
    first = a_valkey("valkey")
    first.start()

    with pytest.raises(InUse):
        a_valkey("valkey").start()

    assert first.is_ready()


def test_a_stopped_server_is_ended_all_the_same(a_valkey: MakeValkey) -> None:
    server = a_valkey("valkey")
    server.start()
    assert server.pid is not None
    os.kill(server.pid, signal.SIGSTOP)

    server.stop(patience=2)

    assert processes.running_in(server.data, "valkey-server") == []
