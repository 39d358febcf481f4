"""A small demo company at a fixed instant: a Saturday afternoon."""

import datetime as dt
from collections.abc import Callable

import pytest

from apps.core.calendar import SHANGHAI
from apps.desk.demo.load import Loaded, load_company

NOW = dt.datetime(2026, 11, 21, 15, 10, tzinfo=SHANGHAI)


@pytest.fixture
def load(db: None) -> Callable[..., Loaded]:
    """Load a small company: `load()` as it stands at NOW, `load(now=…, days=…, orders=…)` another one."""

    def make(*, now: dt.datetime = NOW, days: int = 3, orders: int = 120) -> Loaded:
        return load_company(now=now, days=days, orders=orders)

    return make


@pytest.fixture
def company(load: Callable[..., Loaded]) -> Loaded:
    """The small company at NOW."""
    return load()
