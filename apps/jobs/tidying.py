"""How often Python looks for waste while a job reads rows by the thousand."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Python looks for rings of dead objects after every 700 new ones, and now and then among all that the house is made of.
# Rows are no rings and go by themselves: with 2,000 orders the search was a sixth of the import's time in Python.
NEW_OBJECTS, YOUNG_SEARCHES, MIDDLE_SEARCHES = 100_000, 20, 20


@contextmanager
def seldom_tidied() -> Iterator[None]:
    """Let the search for waste wait for more of it while the block runs; what it may leave lying is bounded all the same."""
    usual = gc.get_threshold()
    gc.set_threshold(NEW_OBJECTS, YOUNG_SEARCHES, MIDDLE_SEARCHES)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
