"""W1, order intake: a platform's order file and item file, received, checked, imported, confirmed, their goods set aside.

Measured beside the limit: the csv module, two COPYs of the same orders on the same server, and the goods set aside in one
statement; and without the goods on either side. Growth is judged per doubling, and one faulty row must not cost anything.
"""

from collections.abc import Iterator
from math import log2

from tests.benchmarks.company import Company, found_company
from tests.benchmarks.floor import Floor, open_floor, reserve_orders
from tests.benchmarks.intake import expect, import_once
from tests.benchmarks.invented import SKUS, sku_code, write_files
from tests.benchmarks.limits.intake import Intake
from tests.benchmarks.options import Options
from tests.benchmarks.report import Kind, Result, Verdict
from tests.benchmarks.servers import Machine
from tests.benchmarks.snapshot import Snapshot
from tests.benchmarks.turns import Subject, Turns, take_turns

SIZES, LARGE = (2_000, 10_000, 20_000), 100_000
FAULTY_SIZE = 10_000
LIMIT, LIMIT_RESERVED = "csv + 2 COPY", "csv + 2 COPY + reservation"
IMPORT, RESERVED, FAULTY = "opsdesk import", "opsdesk import + reservation", "with a faulty row"
FLOOR, TARGET = 6.0, 3.0
GROWTH, FAULT = 2.2, 1.1
LIMIT_TIMES = 3
HEAD = ("orders", "subject", "wall s", "CPU s", "of it SQL s", "CPU ms/order", "x limit", "x reserved", "core ms")


def run(machine: Machine, options: Options) -> Result:
    """Measure every size, then the faulty row."""
    company = found_company()
    floor = open_floor(company)
    empty = Snapshot("empty")
    limit = Intake(machine.limits_url, (sku_code(sku) for sku in range(SKUS)))
    result = Result("W1 order intake: file to confirmed order, goods set aside", [HEAD])
    sizes = options.sizes or ((*SIZES, LARGE) if options.large else SIZES)
    measured: dict[int, Turns] = {}
    for size in sizes:
        subjects = _subjects(size, machine, company, floor=floor, limit=limit, empty=empty)
        measured[size] = take_turns(subjects, machine.meter, options.rounds)
        if _grew(measured) > GROWTH:
            measured[size] = take_turns(subjects, machine.meter, options.rounds)
        _add(result, size, measured[size])
    result.verdicts += _growth_verdicts(measured)
    if not options.sizes:
        _add_faulty(result, company, machine, options.rounds, empty)
    limit.close()
    return result


def _subjects(
    size: int, machine: Machine, company: Company, *, floor: Floor, limit: Intake, empty: Snapshot
) -> dict[str, Subject]:
    files = write_files(machine.folder, size)
    return {
        LIMIT: Subject(lambda: limit.load(files.plain), limit.begin_anew, LIMIT_TIMES),
        IMPORT: Subject(lambda: expect(import_once(files, company), size), empty.restore),
        LIMIT_RESERVED: Subject(lambda: limit.load(files.plain, reserve=True), limit.begin_anew, LIMIT_TIMES),
        RESERVED: Subject(lambda: reserve_orders(files, company, floor, size), empty.restore),
    }


def _add(result: Result, size: int, turns: Turns) -> None:
    for name in turns.costs:
        cpu = turns.median(name)
        result.table.append(
            (size, name, turns.median(name, "wall"), cpu, turns.median(name, "postgres"), cpu * 1000 / size)
            + (turns.ratio(name, LIMIT), turns.ratio(name, LIMIT_RESERVED), min(turns.core_speeds))
        )
    ratio = turns.ratio(RESERVED, LIMIT_RESERVED)
    result.verdicts += [
        Verdict(f"{size} orders with reservation: CPU against the limit with one", ratio, FLOOR, Kind.FLOOR),
        Verdict(f"{size} orders with reservation: CPU against the limit with one", ratio, TARGET, Kind.TARGET),
        Verdict(f"{size} orders, import alone: against csv + 2 COPY", turns.ratio(IMPORT, LIMIT), 0, Kind.NOTE),
    ]
    result.raw[str(size)] = turns.raw()


def _growth_verdicts(measured: dict[int, Turns]) -> Iterator[Verdict]:
    sizes = sorted(measured)
    for small, large in zip(sizes, sizes[1:], strict=False):
        growth = _per_doubling(measured, small, large)
        yield Verdict(f"growth per doubling, {small} to {large} orders", growth, GROWTH, Kind.FLOOR)


def _grew(measured: dict[int, Turns]) -> float:
    sizes = sorted(measured)
    return _per_doubling(measured, *sizes[-2:]) if len(sizes) > 1 else 0.0


def _per_doubling(measured: dict[int, Turns], small: int, large: int) -> float:
    """By how much the CPU grows when the orders double; the limit's own pace takes out what the machine did meanwhile."""
    pace = [measured[size].median(LIMIT, "python") / size for size in (small, large)]
    cpu = [measured[size].median(RESERVED) for size in (small, large)]
    return float((cpu[1] / cpu[0] * pace[0] / pace[1]) ** (1 / log2(large / small)))


def _add_faulty(result: Result, company: Company, machine: Machine, rounds: int, empty: Snapshot) -> None:
    sound, faulty = (write_files(machine.folder, FAULTY_SIZE, faulty=place) for place in (None, FAULTY_SIZE // 2))
    subjects = {
        IMPORT: Subject(lambda: expect(import_once(sound, company), FAULTY_SIZE), empty.restore),
        FAULTY: Subject(lambda: expect(import_once(faulty, company), FAULTY_SIZE - 1), empty.restore),
    }
    turns = take_turns(subjects, machine.meter, rounds)
    ratio = turns.ratio(FAULTY, IMPORT)
    result.verdicts.append(Verdict(f"one faulty row in {FAULTY_SIZE}", ratio, FAULT, Kind.TARGET))
    result.raw["faulty"] = turns.raw()
