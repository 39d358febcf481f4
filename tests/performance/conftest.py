"""A logged-in browser, and empty caches for each test."""

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from apps.org.models import User


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def browse() -> Callable[[User], Client]:
    """A browser that has been on the site before: its session is made, the sidebar and the filters are kept."""

    def make(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="apps.org.backend.StandingBackend")
        client.get("/desk/orders/")
        return client

    return make
