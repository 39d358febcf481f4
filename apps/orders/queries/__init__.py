"""What the order floor can tell: searches, batch results, what is due."""

from apps.orders.queries.batches import batch_results, batch_summary
from apps.orders.queries.due import contacts_overdue, orders_awaiting_reservation
from apps.orders.queries.search import meanings_of, numbers_with

__all__ = [
    "batch_results",
    "batch_summary",
    "contacts_overdue",
    "meanings_of",
    "numbers_with",
    "orders_awaiting_reservation",
]
