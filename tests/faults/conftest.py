"""A house that a test may hit."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.core.invariants import declared
from tests.faults.house import House


@pytest.fixture
def house() -> Iterator[House]:
    """A house of its own, open, with nobody at work yet."""
    with tempfile.TemporaryDirectory(prefix="opsdesk-house-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)  # the server's own user must walk here
        built = House(Path(name))
        try:
            built.open()
            yield built
            assert [one.id for one in declared() if built.sql(f"SELECT count(*) FROM ({one.breaks}) t")] == []
        finally:
            built.close()
