"""The rows of statements: every receipt cut into tiers, and the rounded total split over them, all in one statement."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from apps.contracts.queries.receipts import PICKS, PRINT, WANTED, Wanted, parameters_of
from apps.contracts.rules.commission import CommissionScale
from apps.contracts.rules.readings import TierReading

# The SQL says what `rules.commission.slices` says: own yuan tier by tier, then what earlier yuan catch up on. The total
# goes to the rows by largest remainder; floor, remainder and rank are those of `Money.split` (reliability: M3, M5). Places
# and slices are counted in one order, so that the parts are sorted once.
WRITE = f"""
    WITH {WANTED},
    scales AS (SELECT * FROM jsonb_to_recordset(%(scales)s::jsonb) AS s(contract_id bigint, gate numeric, is_whole boolean,
        total numeric)),
    tiers AS (SELECT * FROM jsonb_to_recordset(%(tiers)s::jsonb) AS t(contract_id bigint, lower_bound numeric,
        upper_bound numeric, rate numeric)),
    {PICKS},
    judged AS (
        SELECT v.*, s.is_whole, s.total, v.sum_before >= s.gate AND v.sum_before > 0 AS earned,
            v.sum_after >= s.gate AND v.sum_after > 0 AS earns
        FROM walked v JOIN scales s USING (contract_id)
    ),
    whole_rates AS (
        SELECT j.*,
            CASE WHEN j.earned THEN (SELECT t.rate FROM tiers t WHERE t.contract_id = j.contract_id
                AND t.lower_bound < j.sum_before ORDER BY t.lower_bound DESC LIMIT 1) ELSE 0 END AS rate_before,
            CASE WHEN j.earns THEN (SELECT t.rate FROM tiers t WHERE t.contract_id = j.contract_id
                AND t.lower_bound < j.sum_after ORDER BY t.lower_bound DESC LIMIT 1) ELSE 0 END AS rate_after
        FROM judged j WHERE j.is_whole
    ),
    parts AS (
        SELECT statement_id, id, received_on, order_id, amount, total, 0 AS rate, counted AS part, false AS is_catch_up,
            0 AS lower_bound
        FROM judged WHERE NOT is_whole AND (counted = 0 OR NOT (earned OR earns))
        UNION ALL
        SELECT statement_id, id, received_on, order_id, amount, total, 0,
            sign(counted) * (least(greatest(sum_before, sum_after), 0) - least(sum_before, sum_after)), false, -1
        FROM judged WHERE NOT is_whole AND counted <> 0 AND (earned OR earns) AND least(sum_before, sum_after) < 0
        UNION ALL
        SELECT j.statement_id, j.id, j.received_on, j.order_id, j.amount, j.total, t.rate,
            sign(j.counted) * (least(greatest(j.sum_before, j.sum_after), t.upper_bound)
                - greatest(least(j.sum_before, j.sum_after), t.lower_bound)), false, t.lower_bound
        FROM judged j JOIN tiers t ON t.contract_id = j.contract_id AND t.lower_bound < greatest(j.sum_before, j.sum_after)
            AND coalesce(t.upper_bound > least(j.sum_before, j.sum_after), true)
        WHERE NOT j.is_whole AND j.counted <> 0 AND (j.earned OR j.earns)
        UNION ALL
        SELECT j.statement_id, j.id, j.received_on, j.order_id, j.amount, j.total, t.rate,
            CASE WHEN j.earns THEN least(j.sum_before, t.upper_bound) - t.lower_bound
                ELSE t.lower_bound - least(j.sum_after, t.upper_bound) END, true, t.lower_bound
        FROM judged j JOIN tiers t ON t.contract_id = j.contract_id
            AND t.lower_bound < CASE WHEN j.earns THEN j.sum_before ELSE j.sum_after END
        WHERE NOT j.is_whole AND j.earned <> j.earns
        UNION ALL
        SELECT statement_id, id, received_on, order_id, amount, total, rate_after, counted, false, 0 FROM whole_rates
        UNION ALL
        SELECT statement_id, id, received_on, order_id, amount, total, rate_after - rate_before, sum_before, true, 0
        FROM whole_rates WHERE rate_after <> rate_before AND sum_before <> 0
    ),
    placed AS (
        SELECT p.*, p.rate * p.part AS exact, floor(p.rate * p.part * 100) * 0.01 AS low,
            row_number() OVER (PARTITION BY statement_id ORDER BY received_on, id, is_catch_up, lower_bound) AS place,
            row_number() OVER (PARTITION BY statement_id, received_on, id ORDER BY is_catch_up, lower_bound) AS slice
        FROM parts p
    ),
    ranked AS (
        SELECT p.*, round((p.total - sum(p.low) OVER (PARTITION BY statement_id)) * 100) AS spare,
            row_number() OVER (PARTITION BY statement_id ORDER BY p.exact - p.low DESC, p.place) AS rank
        FROM placed p
    ),
    written AS (
        INSERT INTO contracts_statementrow (statement_id, position, receipt_id, slice, rate, amount, is_catch_up,
            exact_commission, commission_amount, refers_to_id)
        SELECT r.statement_id, r.place, r.id, r.slice, r.rate, r.part, r.is_catch_up, r.exact,
            r.low + CASE WHEN r.rank <= r.spare THEN 0.01 ELSE 0 END,
            CASE WHEN r.amount < 0 THEN (
                SELECT x.statement_id FROM finance_receipt o JOIN contracts_statementrow x ON x.receipt_id = o.id
                WHERE o.order_id = r.order_id AND o.id <> r.id AND x.slice = 1 AND x.statement_id <> r.statement_id
                ORDER BY x.statement_id LIMIT 1
            ) END
        FROM ranked r ORDER BY r.statement_id, r.place
    )
    SELECT contract_id, {PRINT} FROM picks GROUP BY contract_id
"""  # noqa: S608 - put together from the texts above, values are parameters


@dataclass(frozen=True, slots=True)
class Explained:
    """One statement whose rows are wanted. total: the month's commission, which the rows add up to."""

    wanted: Wanted
    scale: CommissionScale
    total: Decimal


def write_rows(statements: Iterable[Explained]) -> dict[int, str]:
    """Write the rows of statements that have none. Returns by contract the print of the receipts that went in.

    Every receipt gets at least one row, with rate 0 where it brings nothing. Rules: CON-37, AMB-05.
    """
    statements = list(statements)
    params = parameters_of(each.wanted for each in statements)
    params["scales"] = json.dumps([_scale(each) for each in statements])
    params["tiers"] = json.dumps([tier for each in statements for tier in _tiers(each)])
    with connection.cursor() as cursor:
        cursor.execute(WRITE, params)
        return dict(cursor.fetchall())


def _scale(one: Explained) -> dict[str, object]:
    return {
        "contract_id": one.wanted.contract_id, "gate": str(one.scale.gate), "total": str(one.total),
        "is_whole": one.scale.reading == TierReading.WHOLE,
    }  # fmt: skip


def _tiers(one: Explained) -> list[dict[str, object]]:
    tiers = one.scale.tiers
    uppers = [*(str(tier.lower_bound) for tier in tiers[1:]), None]
    return [
        {
            "contract_id": one.wanted.contract_id, "lower_bound": str(tier.lower_bound), "upper_bound": upper,
            "rate": str(tier.rate),
        }
        for tier, upper in zip(tiers, uppers, strict=True)
    ]  # fmt: skip
