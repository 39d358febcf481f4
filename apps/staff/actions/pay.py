"""Work out the pay of closed sheets, and give rewards."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.core.money import rounded
from apps.org.actors import Actor
from apps.org.models import Employee
from apps.parameters.queries import value_of
from apps.staff.actions.rights import must
from apps.staff.models import PayLine, Reward, ScoreSheet
from apps.staff.parameters import MINIMUM_WAGE
from apps.staff.queries.pay import latest_lines, net_sales, rewards_of, terms_of
from apps.staff.rules.months import last_day, month_of
from apps.staff.rules.pay import NOTHING, Pay, Terms, pay_of
from apps.staff.workflows.score_sheet import MONTH_NOT_OVER, SheetState, month_is_over

COMPUTE, GIVE = "staff.payline.compute", "staff.reward.give"
NO_MINIMUM = _("Set the local minimum wage among the parameters first; pay for normal work may not lie below it.")
NO_SCHEME = _("Neither this person nor their position has a pay scheme for this month.")
MOST = Decimal(10) ** 9
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class PayRun:
    """What became of a month's pay: lines written, lines that were right already, and who could not be paid and why."""

    written: list[PayLine] = field(default_factory=list)
    known: int = 0
    refused: list[tuple[Employee, str | Promise]] = field(default_factory=list)


@transaction.atomic
def compute_pay(month: dt.date, *, by: Actor) -> PayRun:
    """A pay line for every closed sheet of the month; after a change, or a new closing, it replaces the line before it.

    As often as one likes. Statements do not grow with the people. Sheets whose month is not over are refused, whoever
    closed them. Raises NotAllowed, Invalid while the minimum wage is not set. Rules: STF-102 to STF-105, STF-122,
    STF-123, OUT-07, AMB-44.
    """
    must(by, "staff.compute_pay")
    month = month_of(month)
    minimum = value_of(MINIMUM_WAGE, on=last_day(month))
    if not minimum:
        raise Invalid(NO_MINIMUM, code="no_minimum_wage")
    closed = ScoreSheet.objects.filter(month=month, state=SheetState.CLOSED)
    over = closed.annotate(is_over=month_is_over.expression())
    sheets = list(over.locked().select_related("employee", "template"))
    terms = terms_of(sheets)
    latest = {row.sheet_id: row for row in latest_lines(PayLine.objects.filter(sheet__in=sheets))}
    paid, run, fresh = _Month(month, sheets, terms, minimum), PayRun(), []
    for sheet in sheets:
        if refusal := _refusal(sheet, terms):
            run.refused.append((sheet.employee, refusal))
            continue
        line, before = paid.line(sheet, by), latest.get(sheet.pk)
        if before is None or not _stands(before, line):
            line.supersedes = before
            fresh.append(line)
    with signed(COMPUTE, by=by):
        written = PayLine.objects.bulk_create(fresh)
    return PayRun(written, len(sheets) - len(written) - len(run.refused), run.refused)


class _Month:
    """Everything that the pay of a month is worked out from, read once."""

    def __init__(
        self, month: dt.date, sheets: Sequence[ScoreSheet], terms: Mapping[int, Terms], minimum: Decimal
    ) -> None:
        self._terms, self._minimum = terms, minimum
        self._rewards = rewards_of(month, [sheet.employee_id for sheet in sheets])
        sellers = [sheet.employee for sheet in sheets if sheet.employee_id in terms]
        users = [one.user_id for one in sellers if one.user_id and terms[one.pk].commission_rate]
        self._sales = net_sales(month, users)

    def line(self, sheet: ScoreSheet, by: Actor) -> PayLine:
        """The pay line of one closed sheet, not saved yet."""
        coefficient = sheet.coefficient or NOTHING
        pay = pay_of(
            self._terms[sheet.employee_id],
            coefficient,
            sales=self._sales.get(sheet.employee.user_id or 0, NOTHING),
            rewards=self._rewards.get(sheet.employee_id, []),
            minimum=self._minimum,
        )
        return PayLine(
            sheet=sheet, final_score=sheet.final_score or NOTHING, coefficient=coefficient, parts=_parts(pay),
            total=pay.total, computed_by_id=by.id,
        )  # fmt: skip


def _refusal(sheet: ScoreSheet, terms: Mapping[int, Terms]) -> str | Promise:
    """Why a closed sheet cannot be paid now; empty when it can."""
    if not vars(sheet)["is_over"]:
        return MONTH_NOT_OVER
    return "" if sheet.employee_id in terms else NO_SCHEME


def _parts(pay: Pay) -> list[dict[str, Any]]:
    return [{"kind": part.kind.value, "formula": part.formula, "amount": f"{part.amount:.2f}"} for part in pay.parts]


def _stands(before: PayLine, line: PayLine) -> bool:
    """Whether the line before is of the sheet as it is closed now, with the same figures."""
    closed_at, columns = line.sheet.closed_at, ("final_score", "coefficient", "parts", "total")
    if closed_at is None or before.computed_at < closed_at:
        return False
    return all(getattr(line, name) == getattr(before, name) for name in columns)


@transaction.atomic
def give_reward(employee_pk: int, month: dt.date, *, amount: Decimal, reason: str, key: uuid.UUID, by: Actor) -> Reward:
    """An amount on top of somebody else's pay, with what it is for. The same key gives the same reward again.

    Raises NotAllowed, NotFound, Invalid, Conflict. Rules: STF-97, AFT-42.
    """
    must(by, "staff.compute_pay")
    employee = Employee.objects.filter(pk=employee_pk).select_for_update(of=("self",)).first()
    if employee is None:
        raise NotFound(_("There is no such employee."))
    if by.id is not None and employee.user_id == by.id:
        raise NotAllowed(_("Nobody gives a reward to themselves; ask a colleague."), code="own_reward")
    if not amount.is_finite() or not 0 < amount < MOST or rounded(amount) != amount:
        raise Invalid(_("Give an amount of at least 0.01, in whole cents."), code="no_amount")
    if not reason.strip():
        raise Invalid(_("Please say what the reward is for."), code="reason_missing")
    known = Reward.objects.filter(key=key).first()
    if known is not None:
        if known.employee_id != employee.pk:
            raise Conflict(_("This form was sent before; open the page again."))
        return known
    with signed(GIVE, by=by, reason=reason):
        return Reward.objects.create(
            employee=employee, month=month_of(month), amount=amount, reason=reason.strip()[:LONGEST_REASON],
            given_by_id=by.id, key=key,
        )  # fmt: skip
