"""Throw-away folders and servers; whatever a test forgets to end is killed afterwards."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from opsdesk.embedded import EmbeddedPostgres, EmbeddedValkey, scratch_folder

MakePostgres = Callable[..., EmbeddedPostgres]
MakeValkey = Callable[[str], EmbeddedValkey]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that a server started by root can enter."""
    with scratch_folder() as place:
        yield place


@pytest.fixture
def a_postgres(folder: Path) -> Iterator[MakePostgres]:
    """Makes servers by the name of their data folder; asked twice, it gives a second one on the same."""
    made: list[EmbeddedPostgres] = []

    def make(name: str, *, durable: bool = False) -> EmbeddedPostgres:
        made.append(EmbeddedPostgres(folder / name, durable=durable))
        return made[-1]

    yield make
    for server in made:
        server.kill()


@pytest.fixture
def a_valkey(folder: Path) -> Iterator[MakeValkey]:
    """Makes servers by the name of their data folder."""
    made: list[EmbeddedValkey] = []

    def make(name: str) -> EmbeddedValkey:
        made.append(EmbeddedValkey(folder / name))
        return made[-1]

    yield make
    for server in made:
        server.kill()
