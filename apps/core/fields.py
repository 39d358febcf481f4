"""Columns that PostgreSQL keeps in another shape than Python sees."""

from decimal import Decimal
from typing import Any

from django.db import models

FITS_INTEGER = 9


class WholeField(models.DecimalField):  # type: ignore[type-arg]  # generic in the stubs alone
    """A decimal with fixed places that is kept as the whole number of its smallest unit: 12.34 yuan as 1234.

    For rows that come by the hundred thousand: half as long to write and to add up as a numeric. Python sees the decimal,
    in rows, lookups and sums; SQL written by hand sees the units. Two such columns cannot be multiplied in a query.
    """

    def db_type(self, connection: Any) -> str:
        """Four bytes where they are enough, otherwise eight."""
        return "integer" if self.max_digits <= FITS_INTEGER else "bigint"

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Decimal | None:
        """Units, or a sum of them, as the decimal they stand for."""
        return None if value is None else Decimal(int(value)).scaleb(-self.decimal_places)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """The decimal as units. Raises ValueError for a part of one."""
        value = value if prepared else self.get_prep_value(value)
        if value is None or hasattr(value, "as_sql"):
            return value
        units = Decimal(value).scaleb(self.decimal_places)
        if units != int(units):
            raise ValueError(f"{value} has more than {self.decimal_places} places")
        return int(units)
