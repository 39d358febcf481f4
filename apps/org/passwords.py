"""Passwords: the seeds ask for six characters not starting with a digit (SEC-08); the house's default is stricter."""

from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SEED_MINIMUM = 6
REMEMBERED = 5


class HousePasswordValidator:
    """At least `min_length` characters, not starting with a digit, of at least two kinds (SEC-08, AMB-54).

    min_length may be configured down to the seeds' six, never below.
    """

    def __init__(self, min_length: int = 10, kinds: int = 2) -> None:
        self.min_length = max(min_length, SEED_MINIMUM)
        self.kinds = kinds

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError with every reason at once."""
        reasons = []
        if len(password) < self.min_length:
            reasons.append(
                ngettext("Use at least %(count)d character.", "Use at least %(count)d characters.", self.min_length)
                % {"count": self.min_length}
            )
        if password[:1].isdigit():
            reasons.append(_("The first character must not be a digit."))
        if self._kinds_in(password) < self.kinds:
            reasons.append(_("Mix at least two kinds: lower case, upper case, digits, signs."))
        if reasons:
            raise ValidationError(reasons)

    @staticmethod
    def _kinds_in(password: str) -> int:
        kinds = (str.islower, str.isupper, str.isdigit, lambda c: not c.isalnum())
        return sum(any(kind(c) for c in password) for kind in kinds)

    def get_help_text(self) -> str:
        """What the form says beside the box."""
        return _("At least %(count)d characters of two kinds, not starting with a digit.") % {"count": self.min_length}


class UsedPasswordValidator:
    """Not the present password nor one of those before it, five in all (SEC-08)."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError. A user who is not saved yet has used none."""
        if user is None or user.pk is None:
            return
        used = user.used_passwords.order_by("-pk").values_list("password", flat=True)[: REMEMBERED - 1]
        # Without setters: an old hash is compared, never renewed.
        if any(check_password(password, hashed) for hashed in (user.password, *used) if hashed):
            raise ValidationError(_("You have used this password lately. Choose another one."), code="used_password")

    def get_help_text(self) -> str:
        """What the form says beside the box."""
        return _("Not one of your last %(count)d passwords.") % {"count": REMEMBERED}
