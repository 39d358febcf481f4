"""W1, order intake: a platform's order file and item file, received, checked, imported, confirmed.

Measured beside the limit: the csv module and two COPYs of the same orders on the same server, with and without setting
the goods aside in one statement. Growth is judged per doubling, and one faulty row must not cost anything.
"""

from collections.abc import Iterator
from math import log2
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.jobs.actions import run_job
from apps.orders.actions import import_batch, receive_files
from apps.orders.models import ImportBatch, ShippingOrder
from tests.benchmarks.company import Company, forget_work, found_company
from tests.benchmarks.invented import SKUS, Files, sku_code, write_files
from tests.benchmarks.limits.intake import Intake
from tests.benchmarks.options import Options
from tests.benchmarks.report import Kind, Result, Verdict
from tests.benchmarks.servers import Machine
from tests.benchmarks.turns import Subject, Turns, take_turns

SIZES, LARGE = (2_000, 10_000, 20_000), 100_000
FAULTY_SIZE = 10_000
LIMIT, WITH_STOCK, IMPORT, FAULTY = "csv + 2 COPY", "csv + 2 COPY + stock", "opsdesk import", "with a faulty row"
FLOOR, TARGET = 6.0, 4.0
GROWTH, FAULT = 2.2, 1.1
HEAD = ("orders", "subject", "wall s", "CPU s", "of it SQL s", "CPU ms/order", "x limit", "x limit wall", "core ms")


def run(machine: Machine, options: Options) -> Result:
    """Measure every size, then the faulty row."""
    company = found_company()
    limit = Intake(machine.limits_url, (sku_code(sku) for sku in range(SKUS)))
    result = Result("W1 order intake: file to confirmed order, without reservation", [HEAD])
    sizes = options.sizes or ((*SIZES, LARGE) if options.large else SIZES)
    measured: dict[int, Turns] = {}
    for size in sizes:
        measured[size] = _turns(size, company, limit, machine, options.rounds)
        if _grew(measured) > GROWTH:
            measured[size] = _turns(size, company, limit, machine, options.rounds)
        _add(result, size, measured[size])
    result.verdicts += _growth_verdicts(measured)
    if not options.sizes:
        _add_faulty(result, company, machine, options.rounds)
    limit.close()
    return result


def import_once(files: Files, company: Company) -> ImportBatch:
    """What happens between a clerk's upload and confirmed orders, without the wait for a worker."""
    uploads = [SimpleUploadedFile(_exported_name(path), path.read_bytes()) for path in (files.orders, files.items)]
    batch = receive_files(company.store.pk, uploads, by=company.actor)
    run_job(batch.check_job_id or 0)
    batch = import_batch(batch.pk, by=company.actor)
    run_job(batch.import_job_id or 0)
    return ImportBatch.objects.select_related("check_job", "import_job").get(pk=batch.pk)


def expect(batch: ImportBatch, confirmed: int) -> None:
    """A run that did not do the work is no measurement."""
    done = ShippingOrder.objects.filter(state="confirmed").count()
    assert batch.state == "imported", (batch.state, batch.check_job and batch.check_job.refusal)
    assert done == confirmed, (done, confirmed, batch.counts)


def _exported_name(path: Path) -> str:
    return f"{path.stem.split('-')[0]}202611211000.csv"


def _turns(size: int, company: Company, limit: Intake, machine: Machine, rounds: int) -> Turns:
    files = write_files(machine.folder, size)
    subjects = {
        LIMIT: Subject(lambda: limit.load(files.plain), limit.begin_anew),
        IMPORT: Subject(lambda: expect(import_once(files, company), size), forget_work),
        WITH_STOCK: Subject(lambda: limit.load(files.plain, reserve=True), limit.begin_anew),
    }
    return take_turns(subjects, machine.meter, rounds)


def _add(result: Result, size: int, turns: Turns) -> None:
    for name in turns.costs:
        cpu = turns.median(name)
        result.table.append(
            (size, name, turns.median(name, "wall"), cpu, turns.median(name, "postgres"), cpu * 1000 / size)
            + (turns.ratio(name, LIMIT), turns.ratio(name, LIMIT, "wall"), min(turns.core_speeds))
        )
    ratio = turns.ratio(IMPORT, LIMIT)
    result.verdicts += [
        Verdict(f"{size} orders: CPU against csv + 2 COPY", ratio, FLOOR, Kind.FLOOR),
        Verdict(f"{size} orders: CPU against csv + 2 COPY", ratio, TARGET, Kind.TARGET),
        Verdict(f"{size} orders: CPU against csv + 2 COPY + stock", turns.ratio(IMPORT, WITH_STOCK), 0, Kind.NOTE),
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
    cpu = [measured[size].median(IMPORT) for size in (small, large)]
    return float((cpu[1] / cpu[0] * pace[0] / pace[1]) ** (1 / log2(large / small)))


def _add_faulty(result: Result, company: Company, machine: Machine, rounds: int) -> None:
    sound, faulty = (write_files(machine.folder, FAULTY_SIZE, faulty=place) for place in (None, FAULTY_SIZE // 2))
    subjects = {
        IMPORT: Subject(lambda: expect(import_once(sound, company), FAULTY_SIZE), forget_work),
        FAULTY: Subject(lambda: expect(import_once(faulty, company), FAULTY_SIZE - 1), forget_work),
    }
    turns = take_turns(subjects, machine.meter, rounds)
    ratio = turns.ratio(FAULTY, IMPORT)
    result.verdicts.append(Verdict(f"one faulty row in {FAULTY_SIZE}", ratio, FAULT, Kind.TARGET))
    result.raw["faulty"] = turns.raw()
