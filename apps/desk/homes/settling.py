"""What first pages say about contracts: statements that wait, and how far each contract's year has come."""

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.contracts.models import Contract, SettlementStatement
from apps.contracts.workflows.contract import ContractState
from apps.desk.homes.feeds import tile
from apps.desk.homes.parts import Feed, Row, Tile
from apps.desk.marks import badge, money, tone_of
from apps.desk.queries.contracts import contracts_of, share_of_gate
from apps.desk.queries.counts import counts_of
from apps.desk.queries.statement_work import statements_under
from apps.org.actors import Actor

SHOWN = 6
MOST_CONTRACTS = 50
REACHED = 100
VIEW = "contracts.view_settlementstatement"


def statement_tiles(by: Actor, *names: str) -> list[Tile]:
    """Numbers to act on, for those who may see statements: `statement_tiles(by, "to_approve", "overdue")`."""
    if not by.may(VIEW):
        return []
    kinds = {
        "to_work_on": (_("statements to work on"), "amber", "banknote"),
        "to_approve": (_("statements to approve"), "amber", "clipboard-check"),
        "with_client": (_("statements with clients"), "blue", "timer"),
        "to_pay": (_("confirmed, not paid"), "blue", "banknote"),
        "overdue": (_("statements overdue"), "red", "alarm-clock"),
    }
    counts = counts_of([f"statements.{name}" for name in names], by)
    here = reverse("desk:statements")
    return [
        tile(
            kinds[name][0], counts[f"statements.{name}"], kinds[name][1], icon=kinds[name][2], url=f"{here}?tab={name}"
        )
        for name in names
    ]


def statement_feeds(by: Actor, tab: str = "to_approve") -> list[Feed]:
    """Statements under one tab, the earliest due day first."""
    if not by.may(VIEW):
        return []
    found = statements_under(tab, by).select_related("contract__client").order_by("due_on", "pk")[:SHOWN]
    titles = {"to_approve": _("Statements to approve"), "to_pay": _("Statements by due day")}
    nothing = {
        "to_approve": _("No statement waits for approval."), "to_pay": _("No confirmed statement waits for its payment."),
    }  # fmt: skip
    address = f"{reverse('desk:statements')}?tab={tab}"
    return [Feed(titles[tab], [_statement(row) for row in found], nothing[tab], address)]


def gate_feeds(by: Actor) -> list[Feed]:
    """Each contract's year towards its threshold, the nearest first."""
    if not by.may("contracts.view_contract"):
        return []
    in_force = contracts_of(by).filter(state=ContractState.ACTIVE)[:MOST_CONTRACTS]
    rows = [(row, share) for row in in_force if (share := share_of_gate(row)) is not None]
    rows.sort(key=lambda pair: (pair[1] >= REACHED, -pair[1]))
    return [
        Feed(
            _("Receipts towards the threshold"), [_contract(row, share) for row, share in rows[:SHOWN]],
            _("No contract in force has a threshold."), reverse("desk:contracts"),
        )
    ]  # fmt: skip


def _statement(row: SettlementStatement) -> Row:
    return Row(
        title=f"{row.contract.client.name} · {row.month:%Y-%m}",
        note=_("%(total)s, due on %(day)s") % {"total": money(row.total_amount), "day": f"{row.due_on:%Y-%m-%d}"},
        url=reverse("desk:statement", args=[row.pk]),
        badge=badge(tone_of("contracts.settlementstatement", row.state), row.get_state_display()),
    )


def _contract(row: Contract, share: int) -> Row:
    reached = _("%(received)s of %(gate)s") % {
        "received": money(getattr(row, "year_receipts", None)), "gate": money(getattr(row, "gate", None)),
    }  # fmt: skip
    return Row(
        title=row.client.name, note=reached, url=reverse("desk:contract", args=[row.pk]),
        badge=badge("green" if share >= REACHED else "blue", f"{share} %"),
    )  # fmt: skip
