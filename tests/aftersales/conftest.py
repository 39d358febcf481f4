"""The builders, for the tests of this folder; others name them as their plug-in."""

from tests.aftersales.builders import (
    a_bin,
    announced,
    as_mara,
    as_noor,
    as_otto,
    asked,
    balance,
    bins,
    in_stock,
    inspected,
    reasons,
    received,
    shipped,
)

__all__ = [
    "a_bin",
    "announced",
    "as_mara",
    "as_noor",
    "as_otto",
    "asked",
    "balance",
    "bins",
    "in_stock",
    "inspected",
    "reasons",
    "received",
    "shipped",
]
