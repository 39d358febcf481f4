"""Whether somebody must choose another password before they see anything else (SEC-08, AMB-54)."""

import datetime as dt

from django.core.cache import cache
from django.utils import timezone

from apps.desk.parameters import PASSWORD_DAYS, PASSWORDS_EXPIRE
from apps.org.models import User
from apps.parameters.queries import value_of

KEY = "account.password_days"
# Asked at every request; a switch that is turned works within a minute.
KEPT_SECONDS = 60


def must_change_password(user: User) -> bool:
    """Whether somebody else chose the user's password, or it is older than the house allows."""
    return user.must_change_password or is_password_too_old(user)


def is_password_too_old(user: User) -> bool:
    """Whether passwords are changed regularly here, and this one should have been."""
    days = cache.get_or_set(KEY, _days, KEPT_SECONDS)
    if not days:
        return False
    return timezone.now() - (user.password_changed_at or user.date_joined) > dt.timedelta(days=days)


def _days() -> int:
    """After how many days; zero while nobody has switched it on."""
    return value_of(PASSWORD_DAYS) if value_of(PASSWORDS_EXPIRE) else 0
