"""The clauses of a contract as they stood for one month: plain values to keep, and the rules' own shapes to work with."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from apps.contracts.rules.commission import SCALES_KEPT, CommissionScale, Tier
from apps.contracts.rules.due import PenaltyTerms
from apps.contracts.rules.fees import BaseFeeTerms
from apps.contracts.rules.readings import PenaltyReading, ReceiptsReading, TierReading, YearReading
from apps.core.money import Money

Plain = Mapping[str, Any]
IN_ONE_WAY = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class LumpSumTerms:
    """Commission that is paid at once when a year's receipts reach `at_amount`. clause: the clause's key."""

    clause: int
    at_amount: Decimal
    working_days: int


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything that one month of one contract is worked out with. due_day: of the next month."""

    effective_from: dt.date
    year_reading: YearReading
    scale: CommissionScale
    receipts_reading: ReceiptsReading
    base_fee: BaseFeeTerms | None
    lump_sum: LumpSumTerms | None
    due_day: int
    penalty: PenaltyTerms


def digest_of_terms(plain: Plain) -> str:
    """The same clauses give the same 64 hexadecimal digits."""
    return hashlib.sha256(IN_ONE_WAY.encode(plain).encode()).hexdigest()


def terms_of(plain: Plain) -> Terms:
    """The clauses as rules. plain: amounts and rates as texts, days in ISO form. Raises KeyError when one is missing."""
    scale, due = plain["scale"], plain["due"]
    return Terms(
        effective_from=dt.date.fromisoformat(plain["effective_from"]),
        year_reading=YearReading(plain["year_reading"]),
        scale=_scale(scale["gate"], tuple(map(tuple, scale["tiers"])), scale["tier_reading"]),
        receipts_reading=ReceiptsReading(scale["receipts_reading"]),
        base_fee=_base_fee(plain.get("base_fee")),
        lump_sum=_lump_sum(plain.get("lump_sum")),
        due_day=due["due_day"],
        penalty=_penalty(due["grace_days"], due["daily_rate"], due["penalty_reading"]),
    )


@lru_cache(maxsize=SCALES_KEPT)
def _scale(gate: str, tiers: tuple[tuple[str, str], ...], reading: str) -> CommissionScale:
    steps = tuple(Tier(Decimal(bound), Decimal(rate)) for bound, rate in tiers)
    return CommissionScale(Decimal(gate), steps, TierReading(reading))


@lru_cache(maxsize=SCALES_KEPT)
def _penalty(grace_days: int, daily_rate: str, reading: str) -> PenaltyTerms:
    return PenaltyTerms(grace_days, Decimal(daily_rate), PenaltyReading(reading))


def _base_fee(plain: Plain | None) -> BaseFeeTerms | None:
    if plain is None:
        return None
    limit = plain["returned_below"]
    return BaseFeeTerms(
        Money(Decimal(plain["monthly_amount"])), plain["months"], None if limit is None else Decimal(limit)
    )


def _lump_sum(plain: Plain | None) -> LumpSumTerms | None:
    if plain is None:
        return None
    return LumpSumTerms(plain["id"], Decimal(plain["at_amount"]), plain["working_days"])
