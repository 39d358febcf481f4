"""Whether an order's money has arrived: a row of its own, made when finance first says something about the order."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.orders.models.order import Order
from apps.orders.workflows.money import MoneyState, OrderMoneyWorkflow
from apps.org.scope import StoreScope
from apps.workflow.triggers import frozen, machine

SETTLE_VERB = "orders.ordermoney.settle"


@tracked()
@machine(initial=MoneyState.OPEN, born_by=[SETTLE_VERB])
class OrderMoney(OrderMoneyWorkflow):
    """The money state of one platform order, apart from the state that the platform tells."""

    order = models.OneToOneField(Order, models.PROTECT, related_name="money", verbose_name=_("order"))

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(store="order__store_id")

    class Meta:
        verbose_name = _("order money")
        verbose_name_plural = _("order money")
        default_permissions = ()
        triggers = [frozen(["order_id"])]

    def __str__(self) -> str:
        return str(self.order_id)
