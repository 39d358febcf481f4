"""What a manager may adjust about scores and pay, with the rules it comes from."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from apps.parameters.registry import Parameter, declare
from apps.staff.rules.alerts import LIMIT
from apps.staff.rules.scores import COMMITTEE_SHARE

COMMITTEE_PART = declare(
    Parameter(
        "staff.committee_share",
        _("Share of the committee in the final score (0.75 is 75 %)"),
        COMMITTEE_SHARE,
        ("STF-71",),
        Decimal(0),
        Decimal(1),
    )
)
ALERT_LIMIT = declare(
    Parameter(
        "staff.alert_limit",
        _("Tell the manager of months running below this score"),
        LIMIT,
        ("STF-74", "STF-75"),
        Decimal(0),
        Decimal(120),
    )
)
MINIMUM_WAGE = declare(
    Parameter(
        "staff.minimum_wage",
        _("Local minimum wage of a month (0: not set, no pay is computed)"),
        Decimal("0.00"),
        ("OUT-07",),
        Decimal(0),
    )
)
