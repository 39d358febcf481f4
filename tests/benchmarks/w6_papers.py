"""W6, papers: handover sheets and settlements of 50 and of 500 rows, from the frozen context to the stored PDF.

The yardstick is the paper of one row: what a warm printer costs by itself. What is judged is that ten times the rows
cost at most ten times as much, and the CPU time of a paper, printer included, turned to the core that the guide's
milliseconds were taken at; wall time is shown.
"""

import datetime as dt
import statistics
from collections.abc import Callable
from typing import Any

from django.db import transaction

from apps.contracts.documents import SETTLEMENT
from apps.core.calendar import SHANGHAI, today
from apps.documents.actions import issue
from apps.documents.actions.render import render
from apps.documents.models import Document
from apps.documents.render_server import Limits, render_server
from apps.warehouse.documents import HANDOVER_SHEET
from tests.benchmarks import month_end
from tests.benchmarks.company import Company, found_company
from tests.benchmarks.options import Options
from tests.benchmarks.report import Kind, Result, Verdict
from tests.benchmarks.servers import Machine
from tests.benchmarks.settlements import settlement_of
from tests.benchmarks.turns import Subject, Turns, take_turns

SMALL, LARGE = 50, 500
SIZES = (1, SMALL, LARGE)
FIFTY_MS, FURTHER_MS, GROWTH = 400, 8, 10.5
GUIDE_CORE_MS = 15
# How long a paper takes is what is measured here: on a busy machine none is given up for it.
PATIENT = Limits(seconds=600)
HEAD = ("paper", "rows", "wall s", "CPU s", "s at core 15", "ms/row", "kB", "x one row", "core ms")


def run(machine: Machine, options: Options) -> Result:
    """Print papers of one, fifty and five hundred rows in turns, kind by kind; or the papers of a month's end."""
    if options.month_end:
        return month_end.run(machine, options)
    company, printer = found_company(), render_server()
    printer.limits = PATIENT
    meter = machine.meter.with_helper(lambda: printer.process_id)
    result = Result("W6 papers, Chinese font embedded", [HEAD])
    for kind, context in ((HANDOVER_SHEET, _handover), (SETTLEMENT, settlement_of)):
        made: dict[int, Document] = {}
        subjects = {str(rows): _printer(kind, context, rows, company, made) for rows in SIZES}
        turns = take_turns(subjects, meter, options.rounds)
        _add(result, kind, turns, made)
    printer.close()
    return result


def _printer(
    kind: str, context: Callable[[int], dict[str, Any]], rows: int, company: Company, made: dict[int, Document]
) -> Subject:
    def issue_it() -> None:
        with transaction.atomic():
            made[rows] = issue(kind, context=context(rows), day=today(), by=company.actor)

    def print_it() -> None:
        if not render(made[rows].pk):
            made[rows].refresh_from_db()
            raise AssertionError(f"a paper of {rows} rows was not printed: {made[rows].failure or made[rows].state}")

    return Subject(print_it, issue_it)


def _add(result: Result, kind: str, turns: Turns, made: dict[int, Document]) -> None:
    for rows in SIZES:
        cpu = _at_guide_core(turns, rows)
        made[rows].refresh_from_db()
        stored = made[rows].file
        weight = stored.size_bytes / 1000 if stored else 0.0
        spent = (turns.median(str(rows), "wall"), turns.median(str(rows)), cpu, cpu * 1000 / rows)
        result.table.append((kind, rows, *spent, weight, turns.ratio(str(rows), "1"), min(turns.core_speeds)))
    result.verdicts += _verdicts(kind, turns)
    result.raw[kind] = turns.raw()


def _at_guide_core(turns: Turns, rows: int) -> float:
    """CPU seconds of a paper on a core like the guide's: each turn by the core it met."""
    costs = zip(turns.costs[str(rows)], turns.core_speeds, strict=True)
    return statistics.median(cost.cpu * GUIDE_CORE_MS / core for cost, core in costs)


def _verdicts(kind: str, turns: Turns) -> list[Verdict]:
    fifty, five_hundred = (_at_guide_core(turns, rows) * 1000 for rows in (SMALL, LARGE))
    further = (five_hundred - fifty) / (LARGE - SMALL)
    return [
        Verdict(f"{kind}: 50 rows", fifty, FIFTY_MS, Kind.TARGET, "ms"),
        Verdict(f"{kind}: a further row", further, FURTHER_MS, Kind.TARGET, "ms"),
        Verdict(f"{kind}: 500 rows against 50", turns.ratio(str(LARGE), str(SMALL)), GROWTH, Kind.FLOOR),
    ]


def _handover(rows: int) -> dict[str, Any]:
    parcels = [{"waybill": f"YT{nth:013d}", "order": f"FH261121-{nth:05d}", "weight_grams": 640} for nth in range(rows)]
    return {
        "handover": "JJ20261121-00001", "warehouse": "测速仓", "carrier": "测速快递", "by": "周砚秋", "count": rows,
        "handed_over_at": dt.datetime(2026, 11, 21, 18, tzinfo=SHANGHAI), "weight_grams": rows * 640,
        "parcels": parcels,
    }  # fmt: skip
