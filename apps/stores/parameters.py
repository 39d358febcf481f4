"""What a manager may adjust about prices, with the rules it comes from."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from apps.parameters.registry import Parameter, declare

LOWEST_MARGIN = declare(
    Parameter(
        "stores.lowest_margin", _("Lowest margin of a price (%)"), Decimal(0), ("LST-76",), Decimal(0), Decimal(95)
    )
)
PRICE_BAND = declare(
    Parameter(
        "stores.price_band",
        _("Price band around the reference store's price (± %, 0: none)"),
        Decimal(0),
        ("LST-24", "LST-25"),
        Decimal(0),
        Decimal(100),
    )
)
REFERENCE_STORE = declare(
    Parameter("stores.reference_store", _("Code of the reference store of the price band"), "", ("LST-24",))
)
