"""Serializers and fields that take what they declare and refuse the rest, instead of guessing."""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import islice
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

FIRST_YEAR, LAST_YEAR = 2000, 2099
MOMENT = (
    r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?([Zz]|[+-][0-9]{2}:?[0-9]{2})?$"
)
AMOUNT = r"^[0-9]{1,10}(\.[0-9]{1,2})?$"
IDENTIFIER = r"^[0-9A-Za-z][0-9A-Za-z_.-]*$"
# Everything below the blank and the delete sign, but for tab, line feed and carriage return.
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
MOST_NAMES, LONGEST_NAME = 20, 60


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it does not take, by name: unknown ones and those that only opsdesk writes.

    together: what the description adds about fields that need each other, as JSON Schema.
    """

    together: ClassVar[dict[str, Any]] = {}

    def to_internal_value(self, data: Any) -> Any:
        """The checked values. Raises ValidationError."""
        if isinstance(data, Mapping):
            taken = {name for name, field in self.fields.items() if not field.read_only}
            foreign = sorted(islice((str(name) for name in data if name not in taken), MOST_NAMES))
            if foreign:
                unknown = ErrorDetail(str(_("Unknown or read-only field.")), code="unknown_field")
                raise ValidationError({name[:LONGEST_NAME]: [unknown] for name in foreign})
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """Text as text: no numbers turned into it, no control characters in it."""

    default_error_messages = {"control": _("Control characters are not accepted.")}

    def to_internal_value(self, data: Any) -> str:
        """The text without blanks at its ends."""
        if not isinstance(data, str):
            self.fail("invalid")
        if re.search(CONTROL, data):
            self.fail("control")
        return super().to_internal_value(data)


class Identifier(serializers.RegexField):
    """A number of an order, line or item: always text, so that no program rounds it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(IDENTIFIER, **options)

    def to_internal_value(self, data: Any) -> str:
        """The number as it was given."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field({"type": "string", "pattern": AMOUNT, "example": "128.00"})
class Amount(serializers.Field[Decimal, str, str, Any]):
    """Money as text in whole cents, never negative: `"128.00"`. JSON numbers are refused; many programs round them."""

    default_error_messages = {"invalid": _("Give the amount as text with at most two decimals, like “128.00”.")}

    def to_internal_value(self, data: str) -> Decimal:
        """The exact amount."""
        if not isinstance(data, str) or not re.fullmatch(AMOUNT, data):
            self.fail("invalid")
        return Decimal(data)


class Count(serializers.IntegerField):
    """A whole number, given as one."""

    def to_internal_value(self, data: Any) -> int:
        """The number."""
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return data


@extend_schema_field({"type": "string", "format": "date-time", "pattern": MOMENT})
class Moment(serializers.DateTimeField):
    """An instant between 2000 and 2099; without an offset it is Shanghai time."""

    default_error_messages = {"range": _("The time must lie between the years 2000 and 2099.")}

    def to_internal_value(self, value: Any) -> dt.datetime:
        """The aware instant."""
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ].{5,30}", value):
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ss+08:00")
        instant: dt.datetime = super().to_internal_value(value)
        if not FIRST_YEAR <= instant.year <= LAST_YEAR:
            self.fail("range")
        return instant
