"""W2, waves: reserved orders become waves of fifty with their pick lines, slots and bins.

Measured beside the limit: one window function and one grouped select over two bare tables. One wave of all orders is
shown too: what a wave costs by itself is paid forty times in two thousand orders.
"""

from apps.orders.models import ShippingOrder
from apps.warehouse.actions import plan_wave
from apps.warehouse.rules.waves import WaveRule
from tests.benchmarks.company import found_company
from tests.benchmarks.floor import Floor, open_floor, plan_all, reserve_orders
from tests.benchmarks.invented import SKUS, sku_code, write_files
from tests.benchmarks.limits.walk import Walk
from tests.benchmarks.options import Options
from tests.benchmarks.report import Kind, Result, Verdict
from tests.benchmarks.servers import Machine
from tests.benchmarks.snapshot import Snapshot
from tests.benchmarks.turns import Subject, Turns, take_turns

SIZES = (1_000, 2_000)
LIMIT, WAVES, ONE = "window + grouped select", "opsdesk, waves of 50", "opsdesk, one wave"
FLOOR, TARGET, GROWTH = 8.0, 4.0, 2.2
HEAD = ("orders", "subject", "wall s", "CPU s", "CPU ms/order", "x limit", "core ms")


def run(machine: Machine, options: Options) -> Result:
    """Measure every size."""
    company = found_company()
    floor = open_floor(company)
    empty = Snapshot("empty")
    result = Result("W2 reserved orders to waves and pick lines", [HEAD])
    measured: dict[int, Turns] = {}
    for size in options.sizes or SIZES:
        empty.restore()
        files = write_files(machine.folder, size)
        reserve_orders(files, company, floor, size)
        limit = Walk(machine.limits_url, (sku_code(sku) for sku in range(SKUS)))
        limit.begin_anew()
        limit.load(files.plain, reserve=True)
        measured[size] = _turns(size, floor, limit, machine, options.rounds)
        limit.close()
        _add(result, size, measured[size])
    _add_growth(result, measured)
    return result


def _turns(size: int, floor: Floor, limit: Walk, machine: Machine, rounds: int) -> Turns:
    reserved = Snapshot("reserved")
    subjects = {
        LIMIT: Subject(limit.wave, limit.put_back, times=5),
        WAVES: Subject(lambda: _expect(plan_all(floor), -(-size // 50)), reserved.restore),
        ONE: Subject(
            lambda: plan_wave(floor.warehouse.pk, rule=WaveRule(most_orders=size), by=floor.lead), reserved.restore
        ),
    }
    turns = take_turns(subjects, machine.meter, rounds)
    assert ShippingOrder.objects.filter(state="picking").count() == size
    return turns


def _expect(waves: int, wanted: int) -> None:
    assert waves == wanted, (waves, wanted)


def _add(result: Result, size: int, turns: Turns) -> None:
    for name in turns.costs:
        cpu = turns.median(name)
        row = (size, name, turns.median(name, "wall"), cpu, cpu * 1000 / size, turns.ratio(name, LIMIT))
        result.table.append((*row, min(turns.core_speeds)))
    ratio = turns.ratio(WAVES, LIMIT)
    result.verdicts += [
        Verdict(f"{size} orders in waves of 50: CPU against the limit", ratio, FLOOR, Kind.FLOOR),
        Verdict(f"{size} orders in waves of 50: CPU against the limit", ratio, TARGET, Kind.TARGET),
        Verdict(f"{size} orders in one wave: CPU against the limit", turns.ratio(ONE, LIMIT), TARGET, Kind.NOTE),
    ]
    result.raw[str(size)] = turns.raw()


def _add_growth(result: Result, measured: dict[int, Turns]) -> None:
    sizes = sorted(measured)
    for small, large in zip(sizes, sizes[1:], strict=False):
        pace = measured[small].median(LIMIT) / small / (measured[large].median(LIMIT) / large)
        growth = measured[large].median(WAVES) / measured[small].median(WAVES) * pace * 2 * small / large
        result.verdicts.append(Verdict(f"growth per doubling, {small} to {large}", growth, GROWTH, Kind.FLOOR))
