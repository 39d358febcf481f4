"""Facts: past-tense news that goes up the house. A fact wakes; the state column decides.

A fact carries no rows. Handlers run once per transaction and fact, after commit, and each only queues a task; if the
news is lost, a sweep finds the work by its state.
"""

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from django.db import transaction

Fact = TypeVar("Fact")
_handlers: dict[type[Any], list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(fact: type[Fact], handler: Callable[[Fact], None]) -> None:
    """Call the handler after each transaction in which the fact was announced. For `AppConfig.ready()`."""
    if handler not in _handlers[fact]:
        _handlers[fact].append(handler)


def unsubscribe(fact: type[Fact], handler: Callable[[Fact], None]) -> None:
    """Take a handler back."""
    _handlers[fact].remove(handler)


def announce(fact: object) -> None:
    """Tell the floors above, on commit; the same fact twice in one transaction is told once."""
    connection = transaction.get_connection()
    if any(getattr(hook[1], "args", None) == (fact,) for hook in connection.run_on_commit):
        return
    transaction.on_commit(partial(_deliver, fact), robust=True)


def _deliver(fact: object) -> None:
    for handler in _handlers[type(fact)]:
        handler(fact)
