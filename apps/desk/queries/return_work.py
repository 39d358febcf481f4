"""Which returns and refunds need somebody: one condition per tab, shared by the lists and the badges."""

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.aftersales.models import Refund, ReturnOrder
from apps.aftersales.workflows.refund import OPEN_MONEY, RefundState
from apps.aftersales.workflows.return_order import BEFORE_INSPECTION, ReturnState
from apps.org.actors import Actor
from apps.org.scope import visible

Condition = Callable[[], Q]


def to_refund() -> Q:
    """The goods are looked at, and nobody has settled the money: none asked for, or one still open."""
    refunds = Refund.objects.filter(return_order=OuterRef("pk"))
    settled = Exists(refunds.filter(state=RefundState.PAID)) & ~Exists(refunds.filter(state__in=OPEN_MONEY))
    return Q(~settled, state=ReturnState.INSPECTED)


RETURN_CONDITIONS: dict[str, Condition] = {
    "to_receive": lambda: Q(state=ReturnState.ANNOUNCED),
    "to_inspect": lambda: Q(state=ReturnState.RECEIVED, shipping_order__isnull=False),
    "to_refund": to_refund,
    "ownerless": lambda: Q(shipping_order__isnull=True, state__in=BEFORE_INSPECTION),
    "closed": lambda: Q(state__in=[ReturnState.CLOSED, ReturnState.CANCELLED]),
    "all": Q,
}
REFUND_CONDITIONS: dict[str, Condition] = {
    "to_approve": lambda: Q(state=RefundState.REQUESTED),
    "to_pay": lambda: Q(state=RefundState.APPROVED),
    "paid": lambda: Q(state=RefundState.PAID),
    "all": Q,
}


def returns_under(name: str, by: Actor) -> "QuerySet[ReturnOrder]":
    """The returns under one of the conditions that this person may see."""
    return visible(ReturnOrder.objects.filter(RETURN_CONDITIONS[name]()), by)


def refunds_under(name: str, by: Actor) -> "QuerySet[Refund]":
    """The refunds under one of the conditions that this person may see."""
    return visible(Refund.objects.filter(REFUND_CONDITIONS[name]()), by)


def _returns(name: str) -> Callable[[Actor], "QuerySet[Any]"]:
    return lambda by: returns_under(name, by)


def _refunds(name: str) -> Callable[[Actor], "QuerySet[Any]"]:
    return lambda by: refunds_under(name, by)


RETURNS = {name: _returns(name) for name in RETURN_CONDITIONS}
REFUNDS = {name: _refunds(name) for name in REFUND_CONDITIONS}
