"""What a manager may adjust about the doors of the desk, with the rules it comes from."""

from django.utils.translation import gettext_lazy as _

from apps.parameters.registry import Parameter, declare

# Declared here and not with the people, because parameters lie above them.
PASSWORDS_EXPIRE = declare(
    Parameter("org.passwords_expire", _("Passwords must be changed regularly"), False, ("SEC-08", "AMB-54"))
)
PASSWORD_DAYS = declare(
    Parameter("org.password_days", _("Change passwords after (days)"), 90, ("SEC-08", "AMB-54"), 1, 730)
)
