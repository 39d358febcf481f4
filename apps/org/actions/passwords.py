"""Give a user another password, and remember the hash of the one before."""

from django.contrib.auth.hashers import is_password_usable
from django.utils import timezone

from apps.org.models import UsedPassword, User
from apps.org.passwords import REMEMBERED

COLUMNS = ["password", "must_change_password", "password_changed_at"]


def replace_password(user: User, password: str, *, must_change: bool) -> None:
    """Save a new password on a user's locked row; the caller signs. The oldest remembered ones are forgotten.

    must_change: whether somebody else chose it, so that the user must choose their own at the next log-in. Rule: SEC-08.
    """
    if user.password and is_password_usable(user.password):
        UsedPassword.objects.create(user=user, password=user.password)
    # The present one is remembered by the user's own row.
    kept = user.used_passwords.order_by("-pk").values("pk")[: REMEMBERED - 1]
    user.used_passwords.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    user.set_password(password)
    user.must_change_password = must_change
    user.password_changed_at = timezone.now()
    user.save(update_fields=COLUMNS)
