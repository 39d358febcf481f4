"""What a manager may adjust about the warehouse, with the rules it comes from."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid
from apps.core.speech import filled
from apps.org.models import Platform
from apps.parameters.registry import Parameter, declare
from apps.warehouse.rules.ship_layouts import DEFAULTS, columns_of

LONGEST_COLUMNS = 400  # as a batch-ship file keeps them


class TimeOfDay(Parameter[str]):
    """A time of the day as `14:00`."""

    def parsed(self, text: str) -> str:
        """The time in a person's text. Raises Invalid."""
        try:
            return f"{dt.time.fromisoformat(text.strip()):%H:%M}"
        except ValueError as error:
            raise Invalid(_("Please give a time of the day, such as 14:00."), key=self.key) from error


class ShipColumns(Parameter[str]):
    """The columns of a batch-ship file as `name=field,name=field`."""

    def parsed(self, text: str) -> str:
        """The columns in a person's text. Raises Invalid for what no file could be written with."""
        columns_of(text)
        columns = text.strip()
        if len(columns) > LONGEST_COLUMNS:
            sentence = filled(_("The columns may be %(most)s characters long together."), most=LONGEST_COLUMNS)
            raise Invalid(sentence, code="ship_columns", key=self.key)
        return columns


ORDER_CUTOFF = declare(
    TimeOfDay("warehouse.order_cutoff", _("Orders go out today until"), "14:00", ("WHS-01", "AMB-47"))
)
FETCH_CUTOFF = declare(TimeOfDay("warehouse.fetch_cutoff", _("Goods are fetched until"), "15:00", ("WHS-03", "AMB-47")))
PACK_CUTOFF = declare(TimeOfDay("warehouse.pack_cutoff", _("Parcels are packed until"), "16:00", ("WHS-04", "AMB-47")))
FINAL_CUTOFF = declare(
    TimeOfDay("warehouse.final_cutoff", _("The last parcel goes out until"), "18:00", ("WHS-14", "AMB-47"))
)
WARN_HOURS = declare(
    Parameter("warehouse.warn_hours", _("Warn when an order has waited (hours)"), 24, ("WHS-15", "AMB-49"), 1, 720)
)
LIST_AT_CUTOFF = declare(
    Parameter(
        "warehouse.list_at_cutoff", _("Issue the daily pick list at the cut-off"), True, ("WHS-03", "WHS-17", "WHS-24")
    )
)
SHIP_COLUMNS = {
    platform: declare(
        ShipColumns(
            f"warehouse.ship_columns.{platform}",
            filled(_("Columns of the batch-ship file: %(platform)s"), platform=Platform(platform).label),
            columns, ("WHS-05",),
        )
    )
    for platform, (_container, columns) in DEFAULTS.items()
}  # fmt: skip
