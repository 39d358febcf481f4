"""What the buttons of a score sheet do, and how its boxes are read."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import cast

from django.db import transaction
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid
from apps.desk.posted import count_in, key_in
from apps.org.actors import Actor
from apps.staff.actions import (
    Given,
    close_sheet,
    finish_sheet,
    note_attendance,
    reopen_sheet,
    score_items,
    set_extra,
)

NOT_A_SCORE = _("A score lies between 0 and 100, with two places at most.")
Act = Callable[[int, QueryDict, Actor], object]


def _save(pk: int, data: QueryDict, by: Actor) -> object:
    return score_items(pk, given_in(data), part=data.get("voice", ""), by=by)


@transaction.atomic
def _finish(pk: int, data: QueryDict, by: Actor) -> object:
    """What stands in the boxes is said with the same press."""
    given = given_in(data)
    if given:
        score_items(pk, given, part=data.get("voice", ""), by=by)
    return finish_sheet(pk, by=by)


def _extra(pk: int, data: QueryDict, by: Actor) -> object:
    return set_extra(pk, decimal_in(data.get("points", "")), what_for=data.get("what_for", ""), by=by)


def _attendance(pk: int, data: QueryDict, by: Actor) -> object:
    counts = {
        name.removeprefix("happened-"): count_in(data.get(name, "")) for name in data if name.startswith("happened-")
    }
    if any(count is None for count in counts.values()):
        raise Invalid(_("A count is a whole number from 0 to 99."), code="not_a_count")
    return note_attendance(pk, cast(Mapping[str, int], counts), by=by)


VERBS: dict[str, tuple[Act, str | Promise]] = {
    "save": (_save, _("The scores were saved.")),
    "extra": (_extra, _("The extra points were saved.")),
    "attendance": (_attendance, _("The attendance was written down.")),
    "finish": (_finish, _("The scoring is finished.")),
    "close": (lambda pk, _data, by: close_sheet(pk, by=by), _("The sheet was closed.")),
    "reopen": (
        lambda pk, data, by: reopen_sheet(pk, reason=data.get("reason", ""), by=by),
        _("The sheet is open again."),
    ),
}


def given_in(data: QueryDict) -> dict[int, Given]:
    """The scores in the form: `score-17=80` with `comment-17=…`. An empty box is no score."""
    given = {}
    for name in data:
        key = key_in(name.removeprefix("score-")) if name.startswith("score-") else None
        text = data.get(name, "").strip()
        if key is None or not text:
            continue
        try:
            value = Decimal(text)
        except InvalidOperation as error:
            raise Invalid(NOT_A_SCORE, code="not_a_score") from error
        if not value.is_finite() or not 0 <= value <= 100:
            raise Invalid(NOT_A_SCORE, code="not_a_score")
        given[key] = Given(value, data.get(f"comment-{key}", ""))
    return given


def decimal_in(text: str) -> Decimal:
    """A figure in a form. Raises Invalid for anything else; what is out of range is the verb's to say."""
    try:
        return Decimal(text.strip())
    except InvalidOperation as error:
        raise Invalid(_("Please give a number, such as 4.5."), code="not_a_number") from error
