"""Three clients' contracts and their statements of the last two months, on different steps of their way.

Written by the verbs themselves: there are few of them, and what they promise then holds. What happened before opsdesk
settled these contracts stands in their opening figures.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db import models

from apps.approvals.actions.default_policies import write_default_policies
from apps.approvals.queries import open_request_of
from apps.approvals.rules.steps import Verdict
from apps.contracts.actions import (
    BaseFee,
    Due,
    LumpSum,
    OpeningTerms,
    Parties,
    Scale,
    activate_contract,
    confirm_by_link,
    decide_statement,
    draft_statements,
    open_contract,
    pay_statement,
    record_invoice,
    send_statement,
    set_clause,
    submit_statement,
)
from apps.contracts.actions.clauses import NewClause
from apps.contracts.models import Contract, LumpSumClaim, SettlementStatement, StatementRow
from apps.contracts.rules.months import month_after, month_of
from apps.core.calendar import today
from apps.desk.demo.company import DemoCompany
from apps.org.actors import SYSTEM, Actor
from apps.org.models import User

WRITTEN: list[type[models.Model]] = [Contract, SettlementStatement, StatementRow, LumpSumClaim]
SCALE = Scale(Decimal(3_000_000), ((Decimal(0), Decimal("0.10")), (Decimal(8_000_000), Decimal("0.13"))))
LUMP_SUM = LumpSum(Decimal(3_000_000))
BASE_FEE = BaseFee(Decimal(15_000), 2, Decimal(2_000_000))


@dataclass(frozen=True, slots=True)
class Deal:
    """One contract. opening: receipts of the year before opsdesk; None for a new one. last: where last month stands."""

    client: str
    number: str
    contact: str
    opening: int | None
    last: str


DEALS = [
    Deal("QH", "DY-2025-018", "周敏", 2_870_000, "submitted"),
    Deal("LT", "DY-2025-021", "贺川", 7_960_000, "sent"),
    Deal("LX", "DY-2026-007", "沈芸", None, "draft"),
]


def write(company: DemoCompany, now: dt.datetime) -> int:
    """Write the contracts and settle the last two months. Returns how many statements there are."""
    write_default_policies()
    last = month_after(month_of(now.date()), -1)
    finance, director = (_somebody(company, role) for role in ("finance", "director"))
    for deal in DEALS:
        contract = _contract(company, deal, month_after(last, -1), finance, director)
        for month in (month_after(last, -1), last):
            if month_after(month) <= today():
                step = "paid" if month < last else deal.last
                _settle(contract, month, step, deal.contact, by=finance, director=director)
    return SettlementStatement.objects.count()


def _somebody(company: DemoCompany, role: str) -> Actor:
    key = next(person.user_id for person in company.people if person.role == role and person.user_id)
    return Actor.of(User.objects.get(pk=key))


def _contract(company: DemoCompany, deal: Deal, first: dt.date, finance: Actor, director: Actor) -> Contract:
    """In force since the first month, or since January when something had come in before."""
    begun = first if deal.opening is None else first.replace(month=1)
    parties = Parties(
        number=deal.number, client_id=company.client_ids[deal.client], effective_from=begun, client_contact=deal.contact,
        bank_holder="云汀电商运营有限公司(示例)", bank_name="东港银行滨海支行(示例)", bank_account="6222 0000 0000 0001",
    )  # fmt: skip
    stores = [store.pk for store in company.stores if store.client == deal.client]
    opening = None if deal.opening is None else OpeningTerms(first, Decimal(deal.opening))
    row = open_contract(parties, stores, by=finance, opening=opening)
    clauses: list[NewClause] = [SCALE, LUMP_SUM, Due(), *([BASE_FEE] if deal.opening is None else [])]
    for clause in clauses:
        set_clause(row.pk, clause, effective_from=begun, by=finance)
    return activate_contract(row.pk, by=director)


def _settle(contract: Contract, month: dt.date, until: str, contact: str, *, by: Actor, director: Actor) -> None:
    """Take one month as far as it shall stand."""
    draft_statements([contract.pk], month, by=by)
    row = SettlementStatement.objects.get(contract=contract, month=month)
    if until == "draft":
        return
    submit_statement(row.pk, by=by)
    request = open_request_of(row)
    if until == "submitted" or request is None:
        return
    decide_statement(request.pk, verdict=Verdict.APPROVE, by=director, version=request.version)
    # The one book-keeper of the demo company has submitted it, and so does not send it.
    token = send_statement(row.pk, by=SYSTEM)
    if until == "sent":
        return
    confirm_by_link(token, name=contact)
    record_invoice(row.pk, number=f"2633{row.pk:016d}", issued_on=month_after(month).replace(day=4), by=by)
    pay_statement(row.pk, paid_on=min(row.due_on, today()), by=by)
