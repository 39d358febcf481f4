"""W6 at the month's end: four hundred settlements of fifty rows wait, and two workers print them side by side.

Workers are processes like the house's own, each with its warm printer, that take what waits until nothing does. How far they
are is asked of the papers themselves, and in the end each paper has one file and there is none besides.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction

from apps.contracts.documents import SETTLEMENT
from apps.core.calendar import today
from apps.documents.actions import issue
from apps.documents.models import Document
from apps.documents.workflows.document import DocumentState
from apps.files.models import StoredFile
from opsdesk.embedded import CHECKOUT
from tests.benchmarks.company import Company, found_company
from tests.benchmarks.metering import Cost, core_speed, tree_cpu
from tests.benchmarks.options import Options
from tests.benchmarks.report import Kind, Result, Verdict, say
from tests.benchmarks.servers import Machine
from tests.benchmarks.settlements import settlement_of

PAPERS, ROWS, WORKERS, WARMING = 400, 50, 2, 4
FLOOR_S, TARGET_S, GUIDE_CORE_MS = 150, 80, 15
LOOK_SECONDS, TOLD_SECONDS = 1.0, 15
HEAD = ("papers", "rows", "workers", "wall s", "CPU s", "two cores free s", "at core 15 s", "CPU s/paper", "core ms")


def run(_machine: Machine, options: Options) -> Result:
    """Warm two workers, give them the papers, and see that each was printed once."""
    result = Result("W6 the month's end, settlements by two workers", [HEAD])
    company, printed = found_company(), 0
    with _workers() as workers:
        for papers in (WARMING, *(options.sizes or (PAPERS,))):
            printed += papers
            cost, core = _printed(company, papers, printed, workers)
            if printed > WARMING:
                _add(result, papers, cost, core)
    _assert_once(printed)
    return result


def _printed(company: Company, papers: int, in_all: int, workers: Iterable[int]) -> tuple[Cost, float]:
    """What the workers and their printers cost until nothing waits, and how slow a core was meanwhile."""
    _issue(company, papers)
    begun, before, cores = time.monotonic(), sum(map(tree_cpu, workers)), [core_speed()]
    looked = begun
    while (done := _count(DocumentState.RENDERED)) < in_all:
        if failed := _count(DocumentState.FAILED):
            raise AssertionError(f"{failed} papers were not printed")
        if time.monotonic() - looked > TOLD_SECONDS:
            looked = time.monotonic()
            cores.append(core_speed())
            say(f"  {papers - in_all + done} of {papers} papers")
        time.sleep(LOOK_SECONDS)
    cost = Cost(wall=time.monotonic() - begun, python=sum(map(tree_cpu, workers)) - before)
    return cost, statistics.median(cores)


def _issue(company: Company, papers: int) -> None:
    with transaction.atomic():
        for nth in range(papers):
            context = settlement_of(ROWS) | {"statement": f"JS20261101-{nth:05d}", "contract": f"DY-2026-{nth:03d}"}
            issue(SETTLEMENT, context=context, day=today(), by=company.actor)


@contextmanager
def _workers() -> Iterator[list[int]]:
    command = [sys.executable, "-m", "tests.benchmarks.printing"]
    workers = [subprocess.Popen(command, cwd=CHECKOUT, env=os.environ) for _ in range(WORKERS)]
    try:
        yield [worker.pid for worker in workers]
    finally:
        for worker in workers:
            worker.terminate()
            worker.wait()


def _count(state: str) -> int:
    return Document.objects.filter(kind=SETTLEMENT, state=state).count()


def _assert_once(papers: int) -> None:
    """Every paper has its file, and there is no file besides."""
    files = Document.objects.filter(kind=SETTLEMENT, state=DocumentState.RENDERED).values_list("file", flat=True)
    assert len(set(files)) == papers
    assert StoredFile.objects.count() == papers


def _add(result: Result, papers: int, cost: Cost, core: float) -> None:
    free = cost.cpu / WORKERS
    at_guide_core = free * GUIDE_CORE_MS / core
    result.table.append((papers, ROWS, WORKERS, cost.wall, cost.cpu, free, at_guide_core, cost.cpu / papers, core))
    what = f"{papers} settlements of {ROWS} rows, two free cores like the guide's"
    scale = papers / PAPERS
    result.verdicts += [
        Verdict(what, at_guide_core, FLOOR_S * scale, Kind.FLOOR, "s"),
        Verdict(what, at_guide_core, TARGET_S * scale, Kind.TARGET, "s"),
        Verdict("wall time, beside whatever else the machine did", cost.wall, FLOOR_S * scale, Kind.NOTE, "s"),
    ]
    result.raw[str(papers)] = {"wall": cost.wall, "cpu": cost.cpu, "core_ms": core}
