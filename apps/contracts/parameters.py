"""What a manager may adjust about statements, with the rules it comes from."""

from django.utils.translation import gettext_lazy as _

from apps.parameters.registry import Parameter, declare

ANSWER_DAYS = declare(
    Parameter(
        "contracts.answer_days",
        _("Days after which a statement counts as accepted"),
        7,
        ("CON-31",),
        lowest=1,
        highest=60,
    )
)
LINK_DAYS = declare(
    Parameter(
        "contracts.link_days", _("Days for which a client's link is valid"), 30, ("CON-31",), lowest=1, highest=90
    )
)
