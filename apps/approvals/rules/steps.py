"""Steps: who is asked, in which order, and under which condition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.db import models
from django.utils.translation import gettext_lazy as _

Fact = Decimal | str | bool
Facts = Mapping[str, Fact]


class Who(models.TextChoices):
    """Whose voice it is."""

    ROLE = "role", _("Anybody with a role")
    EMPLOYEE = "employee", _("One employee")
    CLIENT = "client", _("The client, by a link")


class Mode(models.TextChoices):
    """How many voices of a step are needed."""

    ANY = "any", _("One of them is enough")
    ALL = "all", _("All of them")


class Operator(models.TextChoices):
    """How a fact is compared."""

    AT_LEAST = "gte", _("is at least")
    AT_MOST = "lte", _("is at most")
    IS = "is", _("is")
    IS_NOT = "is_not", _("is not")


class Verdict(models.TextChoices):
    """What one voice says."""

    APPROVE = "approve", _("Approved")
    REFUSE = "refuse", _("Refused")


class Answer(models.TextChoices):
    """What the request has come to."""

    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WAITING = "waiting", _("Waits for another decision")


@dataclass(frozen=True, slots=True)
class Step:
    """One voice of a policy as a floor declares it; voices with the same position are one step.

    role: a name of the roles table, for Who.ROLE. fact, operator, value: the condition, none without a fact.
    silence_accepts: for the client, whether an unanswered link counts as a yes after the parameter's days.
    """

    position: int = 1
    who: str = Who.ROLE
    role: str = ""
    mode: str = Mode.ANY
    fact: str = ""
    operator: str = Operator.IS
    value: str = ""
    silence_accepts: bool = False


def applies(fact: str, operator: str, value: str, facts: Facts) -> bool:
    """Whether a condition holds. A fact that nobody told lets the step stand: doubt asks one person more."""
    if not fact or fact not in facts:
        return True
    told = facts[fact]
    if operator in (Operator.AT_LEAST, Operator.AT_MOST):
        return _compared(told, operator, value)
    return (as_text(told) == value.strip().lower()) == (operator == Operator.IS)


def _compared(told: Fact, operator: str, value: str) -> bool:
    limit = number_in(value)
    if not isinstance(told, Decimal) or limit is None:
        return True
    return told >= limit if operator == Operator.AT_LEAST else told <= limit


def as_text(fact: Fact) -> str:
    """A fact as a condition's value is written: `true`, `false`, plain digits, small letters."""
    if isinstance(fact, bool):
        return "true" if fact else "false"
    return f"{fact:f}" if isinstance(fact, Decimal) else fact.strip().lower()


def number_in(text: str) -> Decimal | None:
    """The number that a condition compares with, or None."""
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def joined_mode(modes: Sequence[str]) -> str:
    """The mode of a step made of several voices: one voice that wants all of them wins."""
    return Mode.ALL if Mode.ALL in modes else Mode.ANY


def is_complete(mode: str, *, voices: int, given: int) -> bool:
    """Whether enough voices of a step have said yes."""
    return given >= (voices if mode == Mode.ALL else 1)
