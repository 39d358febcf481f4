"""News that finance listens to. Each only rings; the lines' states say what there is to do."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

from apps.core.facts import subscribe
from apps.orders.facts import OrdersImported

logger = logging.getLogger("opsdesk.finance")


def subscribe_to_news() -> None:
    """For `AppConfig.ready()`."""
    subscribe(OrdersImported, _wake)


def _wake(_fact: OrdersImported) -> None:
    """A broker that is away costs ten minutes: the sweep finds the work."""
    try:
        current_app.send_task("finance.match", retry=False, expires=60)
    except OperationalError as error:
        logger.warning("finance was not woken: %s", error)
