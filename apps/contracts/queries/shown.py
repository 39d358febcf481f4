"""What whoever decides on a statement sees: its figures, and what is unusual about it."""

from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.approvals.rules.shown import Change, Figure, shown_as
from apps.contracts.models import SettlementStatement
from apps.contracts.rules.months import month_after
from apps.core.speech import filled

TITLE = _("%(client)s · %(month)s")
BEFORE = _("the month before: %(amount)s")


def facts_of(row: SettlementStatement) -> dict[str, Decimal | str | bool]:
    """What a policy may ask about a statement."""
    return {"total": row.total_amount, "commission": row.commission_amount, "has_credit": row.credit_amount > 0}


def shown(row: SettlementStatement) -> dict[str, Any]:
    """Figures beside those of the month before, and warnings."""
    before = SettlementStatement.objects.filter(contract=row.contract_id, month=month_after(row.month, -1)).first()
    figures = [
        _figure(_("Receipts that count"), row.counted_amount, before.counted_amount if before else None),
        _figure(_("Receipts of the year"), row.cumulative_after),
        _figure(_("Commission"), row.commission_amount, before.commission_amount if before else None),
        _figure(_("Base fee"), row.base_fee_amount),
        _figure(_("Base fee given back"), -row.credit_amount),
        _figure(_("Total"), row.total_amount, before.total_amount if before else None),
    ]
    changes = [Change(_("Receipts of the year"), _yuan(row.cumulative_before), _yuan(row.cumulative_after))]
    client = row.contract.client.name
    note = filled(TITLE, client=client, month=f"{row.month:%Y-%m}")
    return shown_as(title=row.number, note=note, changes=changes, figures=figures, warnings=_warnings(row))


def _figure(label: Promise, amount: Decimal, before: Decimal | None = None) -> Figure:
    note = "" if before is None else filled(BEFORE, amount=_yuan(before))
    return Figure(label, _yuan(amount), "bad" if amount < 0 else "plain", note)


def _yuan(amount: Decimal) -> str:
    return f"{'−' if amount < 0 else ''}¥{abs(amount):,.2f}"


def _warnings(row: SettlementStatement) -> list[Promise]:
    found: list[Promise] = []
    if row.lump_amount > 0:
        found.append(_("The year's receipts have reached the sum of the milestone payment in this month."))
    if row.credit_amount > 0:
        found.append(_("The year brought less than agreed: the base fee is given back."))
    if row.total_amount < 0:
        found.append(_("The total is in the client's favour."))
    if not row.row_count:
        found.append(_("No receipt was booked for this month. Is the bill imported?"))
    return found
