"""Statements counted as they reach Postgres, COPY among them."""

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.org.backend import WHO_ASKS as WHO_ASKS_STATEMENT

# Where one transaction of the test stands for many, its inner ones show as savepoints.
TRANSACTIONS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
SESSION = 'FROM "django_session" '
# Who asks: user, rights and whose rows they may see.
WHO_ASKS = (SESSION, WHO_ASKS_STATEMENT.partition("%s")[0])


def statements_of(act: Callable[[], object]) -> list[str]:
    """The statements of one act."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return [each["sql"] for each in captured if not each["sql"].startswith(TRANSACTIONS)]


def beyond_who_asks(act: Callable[[], object]) -> list[str]:
    """The statements of a request that are not about who asks."""
    return [sql for sql in statements_of(act) if not any(mark in sql for mark in WHO_ASKS)]
