"""Request bodies: JSON, strictly."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.parsers import JSONParser


class StrictJSONParser(JSONParser):
    """JSON in UTF-8, without what Postgres or a later reader would stumble over.

    Refused: repeated keys, NaN and Infinity, NUL characters, halves of surrogate pairs. Fractions are read exactly.
    """

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The parsed body. Raises ParseError with a plain reason."""
        raw = stream.read()
        if b"\\u0000" in raw or b"\0" in raw:
            raise exceptions.ParseError(_("NUL characters are not accepted."))
        try:
            parsed = json.loads(
                raw.decode("utf-8"),
                object_pairs_hook=_unique_keys,
                parse_constant=_no_constant,
                parse_float=Decimal,
            )
            if b"\\ud" in raw.lower():
                _whole_characters(parsed)
        except (ValueError, RecursionError) as error:
            raise exceptions.ParseError(_("The body is not valid JSON.")) from error
        return parsed


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("repeated key")
    return made


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _whole_characters(parsed: Any) -> None:
    """Half a surrogate pair cannot be written as UTF-8. Raises UnicodeEncodeError, which is a ValueError."""
    json.dumps(parsed, ensure_ascii=False, default=str).encode("utf-8")
