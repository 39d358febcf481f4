"""What a manager may adjust about orders, with the rules it comes from."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from apps.parameters.registry import Parameter, declare

CONTACT_WITHIN_MINUTES = declare(
    Parameter("orders.contact_within_minutes", _("Contact the buyer within (minutes)"), 10, ("ORD-02",), 1, 1440)
)
SHIP_WITHIN_HOURS = declare(
    Parameter(
        "orders.ship_within_hours", _("Ship after payment within (hours)"), 48, ("WHS-15", "ORD-11", "AMB-49"), 1, 720
    )
)
# Of the warehouse's day and of the promised time alike; the key is from where it was first asked for.
CLOSED_ON_REST_DAYS = declare(
    Parameter("warehouse.closed_on_rest_days", _("Nothing goes out on rest days"), False, ("AMB-49",))
)
AUTO_CONFIRM = declare(
    Parameter("orders.auto_confirm", _("Confirm orders without exceptions automatically"), False, ("ORD-08",))
)
REVEALS_PER_DAY = declare(
    Parameter("orders.reveals_per_day", _("Buyers that one person may reveal a day"), 200, ("SEC-25",), 1, 10_000)
)
PRICE_CHANGE_PERCENT = declare(
    Parameter(
        "orders.price_change_percent", _("Change of a price without the right to larger ones (%)"), Decimal(10),
        ("ORD-07",), Decimal(0), Decimal(100),
    )
)  # fmt: skip
BATCH_ROWS_DAYS = declare(
    Parameter("orders.batch_rows_days", _("Keep the rows of finished imports for (days)"), 30, ("SEC-25",), 1, 3650)
)
