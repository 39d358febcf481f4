"""What a manager may adjust about bills, with the rules it comes from."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from apps.parameters.registry import Parameter, declare

MATCH_TOLERANCE = declare(
    Parameter(
        "finance.match_tolerance", _("Difference up to which a payment matches its order (yuan)"), Decimal(0),
        ("FIN-21",), Decimal(0), Decimal(100),
    )
)  # fmt: skip
