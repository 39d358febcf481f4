"""What a pay slip says, frozen when it is issued (STF-123)."""

from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.documents.kinds import DocumentKind, register
from apps.staff.models import PayLine
from apps.staff.rules.pay import PartKind, coefficient_text

PAY_SLIP = "pay_slip"
PART_LABELS: dict[str, str | Promise] = {
    PartKind.FIXED: _("Fixed part"),
    PartKind.PERFORMANCE: _("Base × coefficient"),
    PartKind.COMMISSION: _("Own net sales × share"),
    PartKind.REWARD: _("Reward"),
    PartKind.TOP_UP: _("Lifted to the minimum wage"),
}


def register_kinds() -> None:
    """Make the floor's papers known; a slip shows one person's pay and is kept sealed."""
    register(
        DocumentKind(
            PAY_SLIP, _("Pay slip"), "GZ", "documents/pay_slip.html", rows="parts", right="staff.view_payline",
            personal=True,
        )
    )  # fmt: skip


def pay_slip(line: PayLine) -> dict[str, Any]:
    """One month of one person: score, coefficient, each part with its formula, the sum."""
    sheet = line.sheet
    return {
        "employee": sheet.employee.name, "employee_number": sheet.employee.number, "position": sheet.employee.position.name,
        "team": sheet.employee.team.name, "month": f"{sheet.month:%Y-%m}", "final_score": line.final_score,
        "coefficient": coefficient_text(line.coefficient), "parts": [_part(part) for part in line.parts], "total": line.total,
    }  # fmt: skip


def _part(part: dict[str, Any]) -> dict[str, Any]:
    label = PART_LABELS.get(part["kind"], part["kind"])
    return {"label": label, "formula": part["formula"], "amount": Decimal(part["amount"])}
