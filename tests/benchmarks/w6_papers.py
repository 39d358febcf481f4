"""W6, papers: a handover sheet of 50 and of 500 rows, from the frozen context to the stored PDF.

The yardstick is the paper of one row: what a warm printer costs by itself. What is judged is that ten times the rows
cost at most ten times as much, and how many seconds a paper takes on a core of the speed that the table states.
"""

import datetime as dt
from typing import Any

from django.db import transaction

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
FIFTY_MS, FURTHER_MS, GROWTH = 400, 8, 10.5
HEAD = ("rows", "wall s", "ms/row", "kB", "x one row", "core ms")


def run(machine: Machine, options: Options) -> Result:
    """Print papers of one, fifty and five hundred rows in turns."""
    company = found_company()
    made: dict[int, Document] = {}

    def printer(rows: int) -> Subject:
        def print_it() -> None:
            assert render(made[rows].pk)

        return Subject(print_it, lambda: made.__setitem__(rows, _issued(rows, company)))

    sizes = (1, SMALL, LARGE)
    turns = take_turns({str(rows): printer(rows) for rows in sizes}, machine.meter, options.rounds)
    result = Result("W6 handover sheets, Chinese font embedded", [HEAD])
    for rows in sizes:
        wall = turns.median(str(rows), "wall")
        made[rows].refresh_from_db()
        stored = made[rows].file
        weight = stored.size_bytes / 1000 if stored else 0.0
        row = (rows, wall, wall * 1000 / rows, weight, turns.ratio(str(rows), "1", "wall"), min(turns.core_speeds))
        result.table.append(row)
    result.verdicts += _verdicts(turns)
    result.raw["turns"] = turns.raw()
    render_server().close()
    return result


def _verdicts(turns: Turns) -> list[Verdict]:
    fifty, five_hundred = (turns.median(str(rows), "wall") * 1000 for rows in (SMALL, LARGE))
    further = (five_hundred - fifty) / (LARGE - SMALL)
    return [
        Verdict("50 rows", fifty, FIFTY_MS, Kind.TARGET, "ms"),
        Verdict("a further row", further, FURTHER_MS, Kind.TARGET, "ms"),
        Verdict("500 rows against 50", turns.ratio(str(LARGE), str(SMALL), "wall"), GROWTH, Kind.FLOOR),
    ]


def _issued(rows: int, company: Company) -> Document:
    with transaction.atomic():
        return issue(HANDOVER_SHEET, context=_context(rows), day=today(), by=company.actor, warehouse_id=None)


def _context(rows: int) -> dict[str, Any]:
    parcels = [{"waybill": f"YT{nth:013d}", "order": f"FH261121-{nth:05d}", "weight_grams": 640} for nth in range(rows)]
    return {
        "handover": "JJ20261121-00001", "warehouse": "测速仓", "carrier": "测速快递", "by": "周砚秋", "count": rows,
        "handed_over_at": dt.datetime(2026, 11, 21, 18, tzinfo=SHANGHAI), "weight_grams": rows * 640,
        "parcels": parcels,
    }  # fmt: skip
