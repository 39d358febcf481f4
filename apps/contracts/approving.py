"""What of contracts is decided by others: the monthly statement, drafted by finance and approved by the director."""

from django.utils.translation import gettext_lazy as _

from apps.approvals.kinds import ApprovalKind, register
from apps.approvals.rules.steps import Step
from apps.contracts.actions.submit import KIND, decide_statement, withdraw_statement
from apps.contracts.queries.arrived import since_asked


def register_kinds() -> None:
    """Make it known to the inbox; the director decides until the house writes another policy."""
    register(
        ApprovalKind(
            name=KIND,
            label=_("Settlement statement"),
            decide=decide_statement,
            withdraw=withdraw_statement,
            url_name="desk:statement",
            icon="file-down",
            facts={"total": _("Total"), "commission": _("Commission"), "has_credit": _("Base fee is given back")},
            right="contracts.view_settlementstatement",
            since=since_asked,
            steps=(Step(role="director"),),
            rules=("CON-43", "FIN-23"),
        )
    )
