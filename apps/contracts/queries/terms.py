"""The clauses of many contracts for one month, with what their earlier statements say: one statement for all of them."""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from apps.contracts.rules.figures import Earlier, OpeningFigures
from apps.contracts.rules.months import last_day, month_of
from apps.contracts.workflows.contract import ContractState
from apps.core.bulk import as_array

# A clause counts for a month when it is in force on the month's last day.
TERMS = """
    json_build_object(
        'effective_from', c.effective_from, 'year_reading', c.year_reading,
        'base_fee', CASE WHEN f.id IS NOT NULL THEN json_build_object('id', f.id, 'monthly_amount', f.monthly_amount::text,
            'months', f.months, 'returned_below', f.returned_below::text) END,
        'scale', CASE WHEN s.id IS NOT NULL THEN json_build_object('id', s.id, 'gate', s.gate::text,
            'tier_reading', s.tier_reading, 'receipts_reading', s.receipts_reading,
            'tiers', (SELECT json_agg(json_build_array(t.lower_bound::text, t.rate::text) ORDER BY t.lower_bound)
                FROM contracts_tier t WHERE t.scale_id = s.id)) END,
        'lump_sum', CASE WHEN l.id IS NOT NULL THEN json_build_object('id', l.id, 'at_amount', l.at_amount::text,
            'working_days', l.working_days) END,
        'due', CASE WHEN d.id IS NOT NULL THEN json_build_object('id', d.id, 'due_day', d.due_day,
            'grace_days', d.grace_days, 'daily_rate', d.daily_rate::text, 'penalty_reading', d.penalty_reading) END
    )::text
"""
CLAUSES = "\n".join(
    f"LEFT JOIN contracts_{table} {name} ON {name}.contract_id = c.id AND {name}.days @> %(last)s::date"
    for name, table in {"f": "basefeeclause", "s": "scaleclause", "l": "lumpsumclause", "d": "dueclause"}.items()
)
HISTORY = """
    (SELECT jsonb_agg(jsonb_build_array(h.id, h.month, h.state, h.cumulative_after::text, h.lump_amount::text,
        h.base_fee_amount::text, h.input_print, h.terms_digest, h.cumulative_before::text, h.total_amount::text))
     FROM contracts_settlementstatement h WHERE h.contract_id = c.id AND h.month <= %(month)s)
"""
# Milestone payments that the receipts up to the month's last day have reached.
CLAIMS = """
    (SELECT jsonb_object_agg(m.year, m.amount::text) FROM contracts_lumpsumclaim m
     WHERE m.contract_id = c.id AND m.reached_on <= %(last)s::date)
"""
FOR_MONTH = f"""
    SELECT c.id, c.number, c.state, c.effective_from, c.until, o.first_month, o.receipts_amount, o.is_lump_paid,
        {TERMS}, {HISTORY}, {CLAIMS}
    FROM contracts_contract c LEFT JOIN contracts_opening o ON o.contract_id = c.id {CLAUSES}
    WHERE c.id = ANY(%(contracts)s::bigint[]) ORDER BY c.id
"""  # noqa: S608 - put together from the texts above, values are parameters


@dataclass(frozen=True, slots=True)
class Known:
    """A statement that is there already."""

    id: int
    month: dt.date
    state: str
    input_print: str
    terms_digest: str
    cumulative_before: Decimal
    total_amount: Decimal
    earlier: Earlier


@dataclass(frozen=True, slots=True)
class ForMonth:
    """One contract as a month's settlement sees it.

    terms: plain, with None for a clause that is missing. claims: milestone payments, by the first month of their year.
    """

    contract_id: int
    number: str
    state: str
    effective_from: dt.date
    until: dt.date | None
    opening: OpeningFigures | None
    terms: dict[str, Any]
    statements: tuple[Known, ...]
    claims: dict[dt.date, Decimal]

    @property
    def first_month(self) -> dt.date:
        """The first month that is settled here."""
        return self.opening.first_month if self.opening else month_of(self.effective_from)

    @property
    def is_settled(self) -> bool:
        """Whether months of this contract are settled at all: it is or was in force."""
        return self.state in (ContractState.ACTIVE, ContractState.ENDED)


def for_month(contract_ids: Iterable[int], month: dt.date) -> list[ForMonth]:
    """The contracts with their clauses on the month's last day and their statements up to the month, keys ascending."""
    params: dict[str, Any] = {"month": month, "last": last_day(month), "contracts": as_array(contract_ids)}
    with connection.cursor() as cursor:
        cursor.execute(FOR_MONTH, params)
        return [_read(row) for row in cursor.fetchall()]


def _read(row: tuple[Any, ...]) -> ForMonth:
    """One row of `FOR_MONTH`."""
    contract_id, number, state, effective_from, until, first_month, receipts, is_lump_paid, terms, history, claimed = (
        row
    )
    opening = None
    if first_month is not None:
        opening = OpeningFigures(first_month, receipts or Decimal("0.00"), bool(is_lump_paid))
    known = tuple(sorted((_known(each) for each in _json(history) or []), key=lambda one: one.month))
    claims = {dt.date.fromisoformat(year): Decimal(amount) for year, amount in (_json(claimed) or {}).items()}
    return ForMonth(contract_id, number, state, effective_from, until, opening, _json(terms), known, claims)


def _json(value: Any) -> Any:
    """A raw cursor of Django gives jsonb as text."""
    return json.loads(value) if isinstance(value, str) else value


def _known(parts: list[Any]) -> Known:
    """One element of `HISTORY`."""
    key, month, state, after, lump, fee, input_print, digest, before, total = parts
    day = dt.date.fromisoformat(month)
    earlier = Earlier(day, Decimal(after), Decimal(lump), Decimal(fee))
    return Known(key, day, state, input_print, digest, Decimal(before), Decimal(total), earlier)
