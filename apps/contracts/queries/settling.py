"""Which contracts a month is settled for, and which of them still lack their statement."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.contracts.models import Contract, SettlementStatement
from apps.contracts.rules.months import last_day
from apps.contracts.workflows.contract import ContractState
from apps.contracts.workflows.statement import OPEN_WORK


def contracts_to_settle(month: dt.date) -> "QuerySet[Contract]":
    """In force, or ended not before that month; keys ascending."""
    in_force = Contract.objects.filter(state__in=[ContractState.ACTIVE, ContractState.ENDED])
    return in_force.filter(effective_from__lte=last_day(month)).exclude(until__lt=month).order_by("pk")


def contracts_without_statement(month: dt.date) -> "QuerySet[Contract]":
    """Of these, those for which the month has not been worked out."""
    there = SettlementStatement.objects.filter(contract=OuterRef("pk"), month=month)
    return contracts_to_settle(month).exclude(Exists(there))


def wants_invoice(until: dt.date) -> Q:
    """Not checked yet, or checked with something to pay and without an invoice, up to and with a month (CON-43)."""
    return Q(month__lte=until) & (Q(state__in=OPEN_WORK) | Q(total_amount__gt=0, invoice_number=""))


def statements_to_invoice(until: dt.date) -> "QuerySet[SettlementStatement]":
    """The statements of every store that wait for their invoice, whatever their month up to this one."""
    return SettlementStatement.objects.filter(wants_invoice(until))
