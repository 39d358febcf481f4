"""Statements counted as they reach Postgres, COPY among them."""

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

# Where one transaction of the test stands for many, its inner ones show as savepoints.
TRANSACTIONS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
# Who asks: session, user, rights and whose rows they may see.
WHO_ASKS = ("django_session", "org_user", "auth_permission", "org_storegrant", "org_warehousegrant")


def statements_of(act: Callable[[], object]) -> list[str]:
    """The statements of one act."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return [each["sql"] for each in captured if not each["sql"].startswith(TRANSACTIONS)]


def beyond_who_asks(act: Callable[[], object]) -> list[str]:
    """The statements of a request that are not about who asks."""
    openings = tuple(f'FROM "{table}" ' for table in WHO_ASKS)
    return [sql for sql in statements_of(act) if not any(opening in sql[:600] for opening in openings)]
