"""The builders, for the tests of this folder; others name them as their plug-in."""

from tests.contracts.builders import (
    a_contract,
    as_dora,
    as_finn,
    as_otto,
    as_pia,
    dora,
    drafted,
    finn,
    receive,
    sent,
    submitted,
    today_is,
)

__all__ = [
    "a_contract", "as_dora", "as_finn", "as_otto", "as_pia", "dora", "drafted", "finn", "receive", "sent", "submitted",
    "today_is",
]  # fmt: skip
