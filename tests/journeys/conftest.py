"""After each journey everything that must be true of the whole database still is."""

from collections.abc import Iterator

import pytest

from apps.core.invariants import broken


@pytest.fixture(autouse=True)
def _promises_hold(transactional_db: None) -> Iterator[None]:
    yield
    assert broken() == []
