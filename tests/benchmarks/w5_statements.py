"""W5, statements: the receipts of a month become statements, one explainable row per receipt and tier.

The real run, as a job: one contract with all receipts, and four hundred contracts that share them. Measured beside the
limit: tiered commission as one aggregate and one fee row per line over bare tables, without index, key or check.
"""

from apps.contracts.actions.daily import start_drafting
from apps.jobs.actions import run_job
from apps.jobs.models import Job
from apps.org.actors import SYSTEM
from tests.benchmarks.books import Books, assert_settled, keep_books
from tests.benchmarks.limits.commission import Commission
from tests.benchmarks.options import Options
from tests.benchmarks.report import Kind, Result, Verdict
from tests.benchmarks.servers import Machine
from tests.benchmarks.snapshot import Snapshot
from tests.benchmarks.turns import Subject, Turns, take_turns

# The guide's ten thousand orders are 25,000 lines; its large month is a million.
SIZES, LARGE = (10_000, 20_000, 25_000), 1_000_000
ONE, MANY = 1, 400
LIMIT, RUN, AGAIN = "aggregate + fee rows", "opsdesk: the run", "opsdesk: the run again"
FLOOR, TARGET, GROWTH = 6.0, 3.0, 2.2
HEAD = ("receipts", "contracts", "subject", "wall s", "CPU s", "of it SQL s", "CPU us/receipt", "x limit", "core ms")


def run(machine: Machine, options: Options) -> Result:
    """Measure every size, with one contract and with many."""
    empty = Snapshot("empty")
    result = Result("W5 receipts to statements, explained row by row", [HEAD])
    sizes = options.sizes or (*SIZES, *([LARGE] if options.large else []))
    for contracts in (ONE, MANY):
        measured: dict[int, Turns] = {}
        for size in sizes:
            empty.restore()
            books = keep_books(contracts, size)
            limit = Commission(machine.limits_url, size)
            measured[size] = _turns(books, size, limit, machine, options.rounds)
            limit.close()
            _add(result, contracts, size, measured[size])
        _add_growth(result, contracts, measured)
    return result


def _turns(books: Books, size: int, limit: Commission, machine: Machine, rounds: int) -> Turns:
    received = Snapshot("received")
    subjects = {
        LIMIT: Subject(limit.settle, times=5),
        RUN: Subject(lambda: _settle(books), received.restore),
        AGAIN: Subject(lambda: _settle(books)),
    }
    turns = take_turns(subjects, machine.meter, rounds)
    assert_settled(len(books.stores), size)
    return turns


def _settle(books: Books) -> None:
    job = start_drafting(books.month, by=SYSTEM)
    run_job(job.pk)
    assert Job.objects.get(pk=job.pk).state == "succeeded"


def _add(result: Result, contracts: int, size: int, turns: Turns) -> None:
    for name in turns.costs:
        cpu = turns.median(name)
        spent = (turns.median(name, "wall"), cpu, turns.median(name, "postgres"), cpu * 1_000_000 / size)
        result.table.append((size, contracts, name, *spent, turns.ratio(name, LIMIT), min(turns.core_speeds)))
    ratio = turns.ratio(RUN, LIMIT)
    what = f"{size} receipts of {contracts} contracts: CPU against the limit"
    # What many statements cost beyond it is a decision (docs/adr/0016), which is shown and not judged.
    judged = Kind.FLOOR if contracts == ONE else Kind.NOTE
    result.verdicts += [Verdict(what, ratio, FLOOR, judged), Verdict(what, ratio, TARGET, Kind.TARGET)]
    again = turns.ratio(AGAIN, RUN)
    result.verdicts.append(Verdict(f"{size} of {contracts}: again without a change", again, 1.0, Kind.NOTE))
    result.raw[f"{contracts}/{size}"] = turns.raw()


def _add_growth(result: Result, contracts: int, measured: dict[int, Turns]) -> None:
    sizes = sorted(measured)
    for small, large in zip(sizes, sizes[1:], strict=False):
        pace = measured[small].median(LIMIT) / small / (measured[large].median(LIMIT) / large)
        growth = measured[large].median(RUN) / measured[small].median(RUN) * pace * 2 * small / large
        what = f"growth per doubling, {small} to {large}, {contracts} contracts"
        result.verdicts.append(Verdict(what, growth, GROWTH, Kind.FLOOR))
