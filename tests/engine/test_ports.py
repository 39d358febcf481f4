"""The web server's port is taken before anything else starts, and a person is told when it cannot be."""

import socket
from collections.abc import Iterator

import pytest

from opsdesk.supervisor import ports


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody else listens."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield int(other.getsockname()[1])


def test_the_first_free_port_is_taken(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "FIRST_PORT", taken)

    with ports.listen(None) as place:
        found = place.getsockname()[1]

    assert taken < found < taken + ports.PORTS_TRIED


def test_a_named_port_that_is_in_use_is_refused_by_name(taken: int) -> None:
    with pytest.raises(ports.PortTaken, match=rf"Port {taken} cannot be used: Address already in use\. Choose another"):
        ports.listen(taken)


def test_a_silent_port_does_not_answer(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "ANSWERS_WITHIN", 0.1)

    assert not ports.answers(taken)
