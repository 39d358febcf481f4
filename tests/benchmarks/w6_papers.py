"""W6, papers: handover sheets and settlements of 50 and of 500 rows, from the frozen context to the stored PDF.

The yardstick is the paper of one row: what a warm printer costs by itself. What is judged is that ten times the rows
cost at most ten times as much, and how many seconds a paper takes on a core of the speed that the table states.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import transaction

from apps.contracts.documents import SETTLEMENT, SUMS
from apps.core.calendar import SHANGHAI, today
from apps.documents.actions import issue
from apps.documents.actions.render import render
from apps.documents.models import Document
from apps.documents.render_server import render_server
from apps.warehouse.documents import HANDOVER_SHEET
from tests.benchmarks.company import Company, found_company
from tests.benchmarks.options import Options
from tests.benchmarks.report import Kind, Result, Verdict
from tests.benchmarks.servers import Machine
from tests.benchmarks.turns import Subject, Turns, take_turns

SMALL, LARGE = 50, 500
SIZES = (1, SMALL, LARGE)
FIFTY_MS, FURTHER_MS, GROWTH = 400, 8, 10.5
HEAD = ("paper", "rows", "wall s", "ms/row", "kB", "x one row", "core ms")


def run(machine: Machine, options: Options) -> Result:
    """Print papers of one, fifty and five hundred rows in turns, kind by kind."""
    company = found_company()
    result = Result("W6 papers, Chinese font embedded", [HEAD])
    for kind, context in ((HANDOVER_SHEET, _handover), (SETTLEMENT, _settlement)):
        made: dict[int, Document] = {}
        subjects = {str(rows): _printer(kind, context, rows, company, made) for rows in SIZES}
        turns = take_turns(subjects, machine.meter, options.rounds)
        _add(result, kind, turns, made)
    render_server().close()
    return result


def _printer(
    kind: str, context: Callable[[int], dict[str, Any]], rows: int, company: Company, made: dict[int, Document]
) -> Subject:
    def issue_it() -> None:
        with transaction.atomic():
            made[rows] = issue(kind, context=context(rows), day=today(), by=company.actor)

    def print_it() -> None:
        assert render(made[rows].pk)

    return Subject(print_it, issue_it)


def _add(result: Result, kind: str, turns: Turns, made: dict[int, Document]) -> None:
    for rows in SIZES:
        wall = turns.median(str(rows), "wall")
        made[rows].refresh_from_db()
        stored = made[rows].file
        weight = stored.size_bytes / 1000 if stored else 0.0
        row = (kind, rows, wall, wall * 1000 / rows, weight, turns.ratio(str(rows), "1", "wall"))
        result.table.append((*row, min(turns.core_speeds)))
    result.verdicts += _verdicts(kind, turns)
    result.raw[kind] = turns.raw()


def _verdicts(kind: str, turns: Turns) -> list[Verdict]:
    fifty, five_hundred = (turns.median(str(rows), "wall") * 1000 for rows in (SMALL, LARGE))
    further = (five_hundred - fifty) / (LARGE - SMALL)
    return [
        Verdict(f"{kind}: 50 rows", fifty, FIFTY_MS, Kind.TARGET, "ms"),
        Verdict(f"{kind}: a further row", further, FURTHER_MS, Kind.TARGET, "ms"),
        Verdict(f"{kind}: 500 rows against 50", turns.ratio(str(LARGE), str(SMALL), "wall"), GROWTH, Kind.FLOOR),
    ]


def _handover(rows: int) -> dict[str, Any]:
    parcels = [{"waybill": f"YT{nth:013d}", "order": f"FH261121-{nth:05d}", "weight_grams": 640} for nth in range(rows)]
    return {
        "handover": "JJ20261121-00001", "warehouse": "测速仓", "carrier": "测速快递", "by": "周砚秋", "count": rows,
        "handed_over_at": dt.datetime(2026, 11, 21, 18, tzinfo=SHANGHAI), "weight_grams": rows * 640,
        "parcels": parcels,
    }  # fmt: skip


def _settlement(rows: int) -> dict[str, Any]:
    """A month of a contract about so many stores that it has that many rows of store and day."""
    stores, yuan = [f"测速店 {nth}" for nth in range(-(-rows // 30))], Decimal("1234.50")
    return {
        "statement": "JS20261101-00001", "revision": 1, "contract": "DY-2026-001", "client": "测速服饰",
        "client_contact": "周敏", "company": "测速电商运营有限公司", "month": dt.date(2026, 10, 1),
        "last_day": dt.date(2026, 10, 31), "stores": stores, "sums": dict.fromkeys(SUMS, yuan * rows),
        "due_on": dt.date(2026, 11, 10), "due_amount": yuan, "lump_sum": None, "capital": "壹仟贰佰叁拾肆元伍角整",
        "tiers": [{"rate": "10.00", "is_catch_up": False, "is_lost": False, "amount": yuan, "commission": yuan}],
        "months": [
            {
                "month": "2026-10", "counted": yuan, "is_this": True, "cumulative": yuan, "commission": yuan,
                "total": yuan,
            }
        ],
        "days": [
            {
                "day": dt.date(2026, 10, 1 + nth % 30), "store": stores[nth // 30], "received": yuan + nth,
                "refunded": Decimal("0.00"), "commission": yuan,
            }
            for nth in range(rows)
        ],
        "carried": {"count": 0, "rows": []}, "gate": "3000000.00", "daily_rate": "1", "grace_days": 10,
        "bank": {"holder": "测速电商", "name": "测速银行", "account": "6222000000001"},
    }  # fmt: skip
