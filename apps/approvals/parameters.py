"""What a manager may adjust about approvals."""

from django.utils.translation import gettext_lazy as _

from apps.parameters.registry import Parameter, declare

UNDO_SECONDS = declare(
    Parameter(
        "approvals.undo_seconds", _("A decision can be taken back for (seconds; 0: never)"), 60, ("LST-11",), 0, 300
    )
)
REMIND_AFTER_HOURS = declare(
    Parameter("approvals.remind_after_hours", _("Remind of an open decision after (hours)"), 24, ("LST-11",), 1, 240)
)
DEEMED_AFTER_DAYS = declare(
    Parameter(
        "approvals.deemed_after_days",
        _("A client's silence counts as agreement after (days), where the step says so"),
        7,
        ("LST-20",),
        1,
        60,
    )
)
LINK_VALID_DAYS = declare(
    Parameter("approvals.link_valid_days", _("A client's link is valid for (days)"), 14, ("LST-20",), 1, 60)
)
