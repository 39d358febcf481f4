"""W3, the order desk: server time of one request in process, at 100,000 and 1,000,000 shipping orders.

Measured in turns with the same fifty rows by a plain Django page, and with an empty page of this house that knows only
who asks. The one who asks is a clerk of two of the five stores. A search is measured as the table that the clerk gets,
and alone, beside the trigram index asked directly.
"""

from collections.abc import Callable, Mapping
from functools import partial
from statistics import median

from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from apps.audit.context import signed
from apps.desk.queries.finding import find_shipping_orders
from apps.desk.rules.cursor import Cursor
from apps.orders.models import ShippingOrder
from apps.org.actors import SYSTEM
from apps.org.models import Store, StoreGrant
from tests.benchmarks.company import Company, forget_work, found_company
from tests.benchmarks.limits import pages as limit
from tests.benchmarks.options import Options
from tests.benchmarks.report import Kind, Result, Verdict
from tests.benchmarks.servers import Machine
from tests.benchmarks.turns import Subject, Turns, take_turns
from tests.benchmarks.years import BUYERS, fill, name_of, phone_of

SIZES = (100_000, 1_000_000)
STORES, MINE = 5, 2
# Short turns and many of them: the pace of a shared core changes within seconds.
TIMES, TURNS_A_ROUND = 4, 5
BACKEND = "apps.org.backend.StandingBackend"
REGION = {"hx-request": "true", "hx-target": "results"}
PLAIN, EMPTY, TRIGRAMS = "limit: plain page", "limit: empty page, logged in", "limit: trigram index"
PAGE, FRESH, TABLE = "whole page", "whole page, nothing kept", "table"
FILTERED, NEXT, TO_CONFIRM = "table, state and store", "table, next page in the middle", "whole page, to confirm"
# Milliseconds of the guide, taken beside a plain page of 3.9 on a core whose loop took 15: judged as ratios to that page.
PLAIN_MS, CORE_MS = 3.9, 15.0
GROWTH, OF_ITS_INDEX = 1.1, 1.5
BOUNDS = {PAGE: (40.0, 25.0), TABLE: (20.0, 8.0), FILTERED: (20.0, 8.0), NEXT: (20.0, 8.0)}
SEARCH_BOUNDS = (30.0, 4.0)
IN_PART = "number in part"
SEARCHES = (
    "whole number",
    "number's beginning",
    "number's last digits",
    "waybill",
    "phone",
    "phone's last four",
    "name",
)
HEAD = ("orders", "request", "wall ms", "CPU ms", "of it SQL ms", "x plain", "x empty", "ms at 15", "core ms")


def run(machine: Machine, options: Options) -> Result:
    """Fill the database anew for each size, then ask."""
    company = found_company()
    stores = _more_stores(company)
    result = Result("W3 order desk: one request in process", [HEAD])
    measured: dict[int, Turns] = {}
    for size in options.sizes or SIZES:
        forget_work()
        fill(size, stores, company.store.warehouse_id)
        cache.clear()
        measured[size] = take_turns(_subjects(company, size), machine.meter, options.rounds * TURNS_A_ROUND)
        _add(result, size, measured[size])
    _judge(result, max(measured), measured[max(measured)])
    _judge_growth(result, measured)
    return result


def _more_stores(company: Company) -> list[int]:
    with transaction.atomic(), signed("core.seed", by=SYSTEM):
        others = [
            Store.objects.create(
                code=f"BENCH{nth}", name=f"测速分店{nth}", platform="taobao", warehouse=company.store.warehouse
            )
            for nth in range(1, STORES)
        ]
        for store in others[: MINE - 1]:
            StoreGrant.objects.create(user=company.clerk, store=store)
    return [company.store.pk, *(store.pk for store in others)]


def _subjects(company: Company, size: int) -> dict[str, Subject]:
    browser, plain = Client(), limit.plain_browser()
    browser.force_login(company.clerk, backend=BACKEND)
    desk = reverse("desk:orders")
    middle = ShippingOrder.objects.filter(pk__gte=size // 2, store=company.store, state="shipped").earliest("pk")
    asked = {
        PAGE: f"{desk}?tab=all",
        TO_CONFIRM: desk,
        TABLE: f"{desk}?tab=all",
        FILTERED: f"{desk}?tab=all&state=shipped&store={company.store.pk}",
        NEXT: f"{desk}?{urlencode({'tab': 'all', 'after': Cursor(middle.placed_at, middle.pk), 'start': 51})}",
    }
    texts = _texts(middle)
    asked |= {f"table, {kind}": f"{desk}?{urlencode({'tab': 'all', 'q': text})}" for kind, text in texts.items()}
    runs: dict[str, Callable[[], object]] = {
        PLAIN: partial(_ask, plain, limit.PLAIN, b"<tr>"),
        EMPTY: partial(_ask, browser, limit.EMPTY, b"frozenset"),
        **{name: partial(_ask, browser, url, headers=_headers(name)) for name, url in asked.items()},
        FRESH: lambda: (cache.clear(), _ask(browser, desk)),
        TRIGRAMS: partial(limit.contains, texts[IN_PART]),
        **{kind: partial(_find, text, company) for kind, text in texts.items()},
    }
    return {name: Subject(partial(_often, act)) for name, act in runs.items()}


def _texts(order: ShippingOrder) -> dict[str, str]:
    """What a clerk may have in hand of an order."""
    number, phone = order.lead_order.number, phone_of(order.pk * 7 % BUYERS)
    texts = (number, number[:9], number[-6:], order.waybill_number, phone, phone[-4:], name_of(order.pk * 7 % BUYERS))
    return dict(zip(SEARCHES, texts, strict=True)) | {IN_PART: number[3:12]}


def _headers(name: str) -> Mapping[str, str]:
    return REGION if name.startswith("table") else {}


def _ask(browser: Client, url: str, part: bytes = b"data-id", headers: Mapping[str, str] | None = None) -> None:
    """One request; an answer without rows is no measurement."""
    answer = browser.get(url, headers=headers)
    assert answer.status_code == 200, (url, answer.status_code)
    assert part in answer.content, url


def _find(text: str, company: Company) -> None:
    assert find_shipping_orders(text, company.actor).keys, text


def _often(act: Callable[[], object]) -> None:
    for _ in range(TIMES):
        act()


def _add(result: Result, size: int, turns: Turns) -> None:
    core = median(turns.core_speeds)
    for name in turns.costs:
        wall, cpu, sql = (turns.median(name, what) * 1000 / TIMES for what in ("wall", "cpu", "postgres"))
        ratios = turns.ratio(name, PLAIN), turns.ratio(name, EMPTY)
        result.table.append((size, name, wall, cpu, sql, *ratios, cpu * CORE_MS / core, core))
    result.raw[str(size)] = turns.raw()


def _judge(result: Result, size: int, turns: Turns) -> None:
    """The guide's milliseconds as ratios to the plain page; a search in part as a ratio to its index."""
    for name, bounds in {**BOUNDS, **dict.fromkeys(SEARCHES, SEARCH_BOUNDS)}.items():
        what, ratio = f"{size:,} orders: {name}, against a plain page", turns.ratio(name, PLAIN)
        for at_most, kind in zip(bounds, (Kind.FLOOR, Kind.TARGET), strict=True):
            result.verdicts.append(Verdict(what, ratio, round(at_most / PLAIN_MS, 1), kind))
    part = turns.ratio(IN_PART, TRIGRAMS)
    result.verdicts.append(Verdict(f"{size:,} orders: {IN_PART}, against its index", part, OF_ITS_INDEX, Kind.TARGET))


def _judge_growth(result: Result, measured: Mapping[int, Turns]) -> None:
    """The largest against the smallest, both against the empty page of their own turns."""
    if len(measured) < 2:
        return
    small, large = measured[min(measured)], measured[max(measured)]
    for name in (PAGE, TO_CONFIRM, TABLE, FILTERED, NEXT):
        growth = large.ratio(name, EMPTY) / small.ratio(name, EMPTY)
        what = f"{name}: {max(measured):,} orders against {min(measured):,}"
        result.verdicts.append(Verdict(what, growth, GROWTH, Kind.TARGET))
