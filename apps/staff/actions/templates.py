"""Give a position its score sheet: one of the printed ones, or the company's own."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.core.errors import Conflict, Invalid, NotFound
from apps.core.speech import filled
from apps.org.actors import Actor
from apps.org.models import Position
from apps.staff.actions.rights import must
from apps.staff.models import ScoreItem, ScoreTemplate
from apps.staff.rules.months import month_of
from apps.staff.rules.scores import FULL

PRINTED = Path("fixtures/rules/score_sheets.json")
NOT_A_HUNDRED = _("The weights of a new score sheet sum to 100; these sum to %(sum)s.")


def printed_sheets() -> list[dict[str, Any]]:
    """The printed sheets as they are written in the fixture, each with the rule ids that it comes from under `rules`."""
    sheets: list[dict[str, Any]] = json.loads((settings.BASE_DIR / PRINTED).read_text(encoding="utf-8"))
    return sheets


@transaction.atomic
def adopt_sheet(position_pk: int, code: str, *, month: dt.date, by: Actor) -> ScoreTemplate:
    """Judge a position by one of the printed sheets from a month on, weights as printed.

    Raises NotAllowed, NotFound for a position or a sheet that is not there, Conflict when the position has a sheet from
    that month on already. Rules: STF-76 to STF-89, AMB-33.
    """
    must(by, "staff.add_scoretemplate")
    position = Position.objects.filter(pk=position_pk).select_for_update().first()
    facts = next((sheet for sheet in printed_sheets() if sheet["code"] == code), None)
    if position is None or facts is None:
        raise NotFound(_("There is no such position or no such sheet."))
    begins = month_of(month)
    if ScoreTemplate.objects.filter(position=position, effective_from=begins).exists():
        raise Conflict(_("This position has a score sheet from this month on already."))
    with signed("staff.scoretemplate.adopt", by=by):
        template = ScoreTemplate.objects.create(
            position=position, name=facts["name"], effective_from=begins, as_printed=True,
            attendance=facts["attendance"], alert_after=facts["alert_after"],
        )  # fmt: skip
        ScoreItem.objects.bulk_create(items_of(template, facts["duties"]))
        template.is_active = True
        template.save(update_fields=["is_active"])
    return template


@transaction.atomic
def activate_template(pk: int, *, by: Actor) -> ScoreTemplate:
    """Take a sheet that the company wrote itself into use; from then on its items stay as they are.

    Raises NotAllowed, NotFound, Invalid for weights that do not sum to 100. Rule: AMB-33.
    """
    must(by, "staff.change_scoretemplate")
    template = ScoreTemplate.objects.filter(pk=pk).select_for_update().first()
    if template is None:
        raise NotFound(_("There is no such position or no such sheet."))
    weights = template.weights
    if not weights or (weights != FULL and not template.as_printed):
        raise Invalid(filled(NOT_A_HUNDRED, sum=f"{weights.normalize():f}"), code="not_a_hundred")
    with signed("staff.scoretemplate.activate", by=by):
        template.is_active = True
        template.save(update_fields=["is_active"])
    return template


def items_of(template: ScoreTemplate, duties: list[dict[str, Any]]) -> list[ScoreItem]:
    """The items of a sheet as rows, not saved yet. duties: as the fixture writes them."""
    lines = [(duty["name"], item) for duty in duties for item in duty["items"]]
    return [
        ScoreItem(
            template=template, place=place, duty=duty, name=item["name"], weight=Decimal(item["weight"]),
            source=item.get("source", ScoreItem.Source.MANUAL),
        )
        for place, (duty, item) in enumerate(lines, start=1)
    ]  # fmt: skip
