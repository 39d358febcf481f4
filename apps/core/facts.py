"""Facts: past-tense news that goes up the house. A fact wakes; the state column decides.

A fact carries no rows. Handlers run once per transaction and fact, after commit, and each only queues a task; if the
news is lost, a sweep finds the work by its state.
"""

from collections import defaultdict
from collections.abc import Callable
from functools import partial, update_wrapper
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
    """Tell the floors above, on commit; the same fact twice in one transaction is told once.

    A listener that fails is logged; it neither fails who told the fact nor keeps it from the other listeners.
    """
    waiting = [hook[1] for hook in transaction.get_connection().run_on_commit]
    for handler in _handlers[type(fact)]:
        news = partial(handler, fact)
        if not any(isinstance(hook, partial) and (hook.func, hook.args) == (handler, (fact,)) for hook in waiting):
            # Django names the listener in its log by these attributes, which a partial lacks.
            transaction.on_commit(update_wrapper(news, handler), robust=True)
