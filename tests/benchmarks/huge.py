"""The largest upload that is taken: an order file and an item file just under their 200 MB, run to their end as jobs.

`python -m tests.benchmarks.huge`, or with `--orders N`. Nothing is judged; time, CPU and the memory of the process that
works, as a worker would, are printed for docs/performance.md.
"""

import argparse
import resource
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.core.files.uploadedfile import UploadedFile

from tests.benchmarks.invented import Files, write_files
from tests.benchmarks.metering import Cost, Meter, core_speed
from tests.benchmarks.report import say
from tests.benchmarks.servers import Machine, machine

# 360,000 orders are 127 MB; their 900,000 items are 207 of at most 209.7 million bytes.
MOST_ORDERS = 360_000
MEGABYTE, KILOBYTES = 1_000_000, 1_024
Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Step:
    """What a person waits for. megabytes: the most that the process has held until then."""

    name: str
    cost: Cost
    megabytes: int


def main() -> None:
    """Write the files, take them in, and tell what each step cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=MOST_ORDERS)
    orders = parser.parse_args().orders
    with machine() as place:
        files = write_files(place.folder, orders)
        say(f"core {core_speed()} ms; {_size(files)}")
        for step in _steps(place, files, orders):
            cost = step.cost
            say(
                f"{step.name:<8} {cost.wall:8.1f} s wall {cost.python:8.1f} s Python {cost.postgres:8.1f} s PostgreSQL"
                f" {cost.cpu * 1000 / orders:6.2f} ms CPU/order {step.megabytes:6} MB; others {cost.others:.1f} cores"
            )


def _size(files: Files) -> str:
    return ", ".join(f"{path.name} {path.stat().st_size / MEGABYTE:.0f} MB" for path in (files.orders, files.items))


def _steps(place: Machine, files: Files, orders: int) -> list[Step]:
    from apps.jobs.actions import run_job
    from apps.orders.actions import import_batch, receive_files
    from apps.orders.models import ImportBatch
    from tests.benchmarks.company import found_company
    from tests.benchmarks.intake import expect, exported_name

    company = found_company()
    with files.orders.open("rb") as first, files.items.open("rb") as second:
        uploads = [
            UploadedFile(stream, exported_name(path), size=path.stat().st_size)
            for stream, path in ((first, files.orders), (second, files.items))
        ]
        received, batch = _step(
            "upload", place.meter, lambda: receive_files(company.store.pk, uploads, by=company.actor)
        )
    checked, _job = _step("check", place.meter, lambda: run_job(batch.check_job_id or 0))
    started = import_batch(batch.pk, by=company.actor)
    imported, _job = _step("import", place.meter, lambda: run_job(started.import_job_id or 0))
    expect(ImportBatch.objects.get(pk=batch.pk), orders)
    return [received, checked, imported]


def _step(name: str, meter: Meter, work: Callable[[], Done]) -> tuple[Step, Done]:
    with meter.measured() as cost:
        done = work()
    return Step(name, cost, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // KILOBYTES), done


if __name__ == "__main__":
    main()
