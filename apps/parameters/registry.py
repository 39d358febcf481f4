"""Which parameters exist: declared by the app that uses them, never invented by a row."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid

Value = TypeVar("Value", int, Decimal, bool, str)


@dataclass(frozen=True)
class Parameter(Generic[Value]):
    """One adjustable value: key, label, default, the rules it comes from, and the bounds it must keep."""

    key: str
    label: str | Promise
    default: Value
    rules: tuple[str, ...]
    lowest: Value | None = None
    highest: Value | None = None

    def parsed(self, text: str) -> Value:
        """The value in a person's text. Raises Invalid with the bounds when it does not fit."""
        kind = type(self.default)
        try:
            value: Any = _READERS[kind](text.strip())
        except (ValueError, InvalidOperation) as error:
            raise Invalid(_("This is not a value that this parameter can hold."), key=self.key) from error
        too_low = self.lowest is not None and value < self.lowest
        if too_low or (self.highest is not None and value > self.highest):
            raise Invalid(_("The value lies outside the allowed range."), key=self.key)
        parsed: Value = value
        return parsed


def _boolean(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise ValueError(text)
    return text.lower() == "true"


def _decimal(text: str) -> Decimal:
    value = Decimal(text)
    if not value.is_finite():
        raise ValueError(text)
    return value


_READERS: dict[type, Callable[[str], object]] = {int: int, Decimal: _decimal, bool: _boolean, str: str}
_registry: dict[str, Parameter] = {}  # type: ignore[type-arg]  # parameters of every type


def declare(parameter: Parameter[Value]) -> Parameter[Value]:
    """Register a parameter at import time. Raises ValueError when the key is taken."""
    if parameter.key in _registry:
        raise ValueError(f"parameter {parameter.key} is declared twice")
    _registry[parameter.key] = parameter
    return parameter


def declared(key: str) -> Parameter:  # type: ignore[type-arg]  # parameters of every type
    """The parameter with this key. Raises KeyError."""
    return _registry[key]


def all_declared() -> list[Parameter]:  # type: ignore[type-arg]  # parameters of every type
    """Every parameter, by key."""
    return [_registry[key] for key in sorted(_registry)]
