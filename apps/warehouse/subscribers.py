"""News that the warehouse listens to. Each only rings; the orders' states say what there is to do."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

from apps.core.facts import subscribe
from apps.orders.facts import OrdersConfirmed, OrdersStopped
from apps.warehouse.facts import StockArrived

logger = logging.getLogger("opsdesk.warehouse")


def subscribe_to_news() -> None:
    """For `AppConfig.ready()`."""
    subscribe(OrdersConfirmed, _wake)
    subscribe(OrdersStopped, _wake)
    subscribe(StockArrived, _wake)


def _wake(_fact: OrdersConfirmed | OrdersStopped | StockArrived) -> None:
    """A broker that is away costs ten seconds: the sweep finds the work."""
    try:
        current_app.send_task("warehouse.reserve", retry=False, expires=10)
    except OperationalError as error:
        logger.warning("the warehouse was not woken: %s", error)
