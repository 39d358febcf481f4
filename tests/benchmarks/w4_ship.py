"""W4, shipping: a carrier's waybill file is taken in, and all parcels are handed over.

Measured beside the limit: one statement over the limit's bare tables that sets orders, lines, ledger and stock.
"""

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.jobs.actions import run_job
from apps.orders.models import ShippingOrder
from apps.warehouse.actions import dispatch_shipments, receive_waybills
from apps.warehouse.models import Shipment
from tests.benchmarks.company import found_company
from tests.benchmarks.floor import Floor, open_floor, pack_all, plan_all, reserve_orders, write_waybills
from tests.benchmarks.invented import SKUS, sku_code, write_files
from tests.benchmarks.limits.walk import Walk
from tests.benchmarks.options import Options
from tests.benchmarks.report import Kind, Result, Verdict
from tests.benchmarks.servers import Machine
from tests.benchmarks.snapshot import Snapshot
from tests.benchmarks.turns import Subject, Turns, take_turns

SIZES = (1_000, 2_000)
LIMIT, SHIP = "one statement", "opsdesk: file, hand over"
FLOOR, TARGET, GROWTH = 8.0, 4.0, 2.2
HEAD = ("parcels", "subject", "wall s", "CPU s", "CPU ms/parcel", "x limit", "core ms")


def run(machine: Machine, options: Options) -> Result:
    """Measure every size."""
    company = found_company()
    floor = open_floor(company)
    empty = Snapshot("empty")
    result = Result("W4 packed parcels to shipped orders", [HEAD])
    measured: dict[int, Turns] = {}
    for size in options.sizes or SIZES:
        empty.restore()
        files = write_files(machine.folder, size)
        reserve_orders(files, company, floor, size)
        plan_all(floor)
        pack_all(floor)
        limit = Walk(machine.limits_url, (sku_code(sku) for sku in range(SKUS)))
        limit.begin_anew()
        limit.load(files.plain, reserve=True)
        measured[size] = _turns(size, floor, limit, machine, options.rounds)
        limit.close()
        _add(result, size, measured[size])
    _add_growth(result, measured)
    return result


def _turns(size: int, floor: Floor, limit: Walk, machine: Machine, rounds: int) -> Turns:
    labels = write_waybills(machine.folder / f"waybills-{size}.csv").read_bytes()
    packed = Snapshot("packed")
    subjects = {
        LIMIT: Subject(limit.ship, limit.put_back, times=5),
        SHIP: Subject(lambda: _ship(labels, floor, size), packed.restore),
    }
    return take_turns(subjects, machine.meter, rounds)


def _ship(labels: bytes, floor: Floor, size: int) -> None:
    upload = SimpleUploadedFile("waybills.csv", labels)
    job = receive_waybills(upload, warehouse_id=floor.warehouse.pk, carrier_id=floor.carrier.pk, by=floor.lead)
    run_job(job.pk)
    ready = list(Shipment.objects.filter(state="ready").values_list("pk", flat=True))
    gone = dispatch_shipments(ready, floor.carrier.pk, by=floor.lead)
    assert len(gone.done) == size, gone.refused
    assert ShippingOrder.objects.filter(state="shipped").count() == size


def _add(result: Result, size: int, turns: Turns) -> None:
    for name in turns.costs:
        cpu = turns.median(name)
        row = (size, name, turns.median(name, "wall"), cpu, cpu * 1000 / size, turns.ratio(name, LIMIT))
        result.table.append((*row, min(turns.core_speeds)))
    ratio = turns.ratio(SHIP, LIMIT)
    result.verdicts += [
        Verdict(f"{size} parcels: CPU against the limit", ratio, FLOOR, Kind.FLOOR),
        Verdict(f"{size} parcels: CPU against the limit", ratio, TARGET, Kind.TARGET),
    ]
    result.raw[str(size)] = turns.raw()


def _add_growth(result: Result, measured: dict[int, Turns]) -> None:
    sizes = sorted(measured)
    for small, large in zip(sizes, sizes[1:], strict=False):
        pace = measured[small].median(LIMIT) / small / (measured[large].median(LIMIT) / large)
        growth = measured[large].median(SHIP) / measured[small].median(SHIP) * pace * 2 * small / large
        result.verdicts.append(Verdict(f"growth per doubling, {small} to {large}", growth, GROWTH, Kind.FLOOR))
