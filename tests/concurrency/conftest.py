"""The warehouse's builders, for races about its stock and its waves."""

from tests.warehouse.conftest import (
    a_bin,
    as_vera,
    balance,
    broken_stock,
    in_stock,
    packed,
    picked,
    reserved,
    state_of,
    vera,
    wanting,
    yto,
)

__all__ = [
    "a_bin",
    "as_vera",
    "balance",
    "broken_stock",
    "in_stock",
    "packed",
    "picked",
    "reserved",
    "state_of",
    "vera",
    "wanting",
    "yto",
]
