"""What a line of a bill is about, by the first rule that fits. A rule says only what its accountant wrote down."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.finance.rules.classes import LineClass

IN, OUT = "in", "out"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A rule's conditions; an empty one fits every line, except that without a code it is for lines without a code.

    A code that no rule knows must not be folded into a class by a word beside it. key: of its row.
    """

    key: int | None
    line_class: str
    code: str = ""
    kind_text: str = ""
    text: str = ""
    number_prefix: str = ""
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a line says that a rule may ask for. text: description, note and title together."""

    code: str
    kind_text: str
    text: str
    merchant_number: str
    amount: Decimal


def classed(said: Said, patterns: Sequence[Pattern]) -> tuple[str, int | None]:
    """The class and the rule it comes from; unclassified and no rule when none fits."""
    direction = IN if said.amount > 0 else OUT
    for pattern in patterns:
        if (
            pattern.direction in {"", direction}
            and (said.code.startswith(pattern.code) if pattern.code else not said.code)
            and pattern.kind_text in {"", said.kind_text}
            and pattern.text in said.text
            and said.merchant_number.startswith(pattern.number_prefix)
        ):
            return pattern.line_class, pattern.key
    return LineClass.UNCLASSIFIED, None
