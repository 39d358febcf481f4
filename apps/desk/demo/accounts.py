"""The demo company's log-ins. Their password is no secret; where the demo is not allowed they cannot exist."""

from dataclasses import dataclass

from django.contrib.auth.hashers import check_password
from django.utils import translation

from apps.desk.demo.source import read
from apps.org.models import User
from apps.org.permissions import ROLES

PASSWORD = "Qinghe-demo-88"  # noqa: S105 - printed on every start of the demo


@dataclass(frozen=True, slots=True)
class LogIn:
    """One log-in as the console shows it."""

    role: str
    username: str
    password: str


def log_ins() -> list[LogIn]:
    """One log-in for each role, in the order of the roles; none that is gone, closed or has another password."""
    first: dict[str, str] = {}
    for person in read("staff")["people"]:
        if "role" in person:
            first.setdefault(person["role"], person["username"])
    users = User.objects.filter(username__in=first.values(), is_active=True)
    stored = dict(users.values_list("username", "password"))
    # Accounts that nobody has touched share one hash, and checking one takes a while.
    ours = {encoded for encoded in set(stored.values()) if check_password(PASSWORD, encoded)}
    with translation.override("en"):
        return [
            LogIn(str(role.label), first[name], PASSWORD)
            for name, role in ROLES.items()
            if name in first and stored.get(first[name]) in ours
        ]
