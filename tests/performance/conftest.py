"""A logged-in browser."""

from collections.abc import Callable

import pytest
from django.test import Client

from apps.org.models import User


@pytest.fixture
def browse() -> Callable[[User], Client]:
    """A browser that has been on the site before: its session is made, the sidebar and the filters are kept."""

    def make(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="apps.org.backend.StandingBackend")
        client.get("/desk/orders/")
        return client

    return make
