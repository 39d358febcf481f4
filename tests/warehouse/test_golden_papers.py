"""The warehouse's papers as they are printed, word for word, on A4: both pick lists and the handover sheet."""

import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import translation
from pypdf import PdfReader

from apps.audit.context import signed
from apps.core.calendar import SHANGHAI
from apps.documents.actions.render import printed
from apps.documents.models import Document
from apps.documents.paper import as_html, count_parts, parts_of
from apps.documents.render_server import render_server
from apps.documents.templatetags.papers import barcode
from apps.orders.actions import confirm_shipping_orders
from apps.orders.models import OrderLine, ShippingOrder, ShippingOrderLine
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Company, Warehouse
from apps.stores.models import Sku
from apps.warehouse.actions import (
    confirm_pick,
    dispatch_shipments,
    finish_wave,
    issue_daily_pick_list,
    issue_pick_list,
    plan_wave,
    start_wave,
)
from apps.warehouse.actions.correct_label import correct_label
from apps.warehouse.models import Carrier, Handover, Shipment, Wave
from apps.warehouse.rules.waves import WaveKind, WaveRule
from tests.documents.conftest import text_of
from tests.golden_text import folded, golden

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).parent / "golden"
AT = dt.datetime(2026, 11, 20, 10, tzinfo=SHANGHAI)
A4 = (595, 842)
Make = Callable[..., Any]
Orders = Callable[..., list[ShippingOrder]]


@pytest.fixture(scope="module", autouse=True)
def _printer_ends() -> Iterator[None]:
    yield
    render_server().close()


@pytest.fixture(autouse=True)
def _that_morning(db: None) -> Iterator[None]:
    Company.objects.create(name="云汀电商运营有限公司")
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def morning(
    reserved: Orders, an_order: Callable[..., ShippingOrder], in_stock: Make, a_sku: Callable[..., Sku]
) -> list[ShippingOrder]:
    """Two parcels of one cup each, and one of two cups of two colours with a wish and a gift."""
    in_stock("QH-900", 1)
    asking = an_order(lines=2, buyer_message="要红色,谢谢", seller_memo="送杯刷", flag="red")
    with transaction.atomic(), signed("core.seed", by=SYSTEM):
        brush = OrderLine.objects.create(
            order=asking.lead_order, line_key="gift", title="杯刷", quantity=1, sku=a_sku("QH-900"), unit_price_amount=0
        )
        ShippingOrderLine.objects.create(shipping_order=asking, order_line=brush, sku=brush.sku, quantity=1)
    in_stock("QH-000", 1)
    in_stock("QH-001", 1)
    Sku.objects.filter(code="QH-000").update(properties="颜色:红;尺码:M", barcode="6901234500011")
    Sku.objects.filter(code="QH-001").update(properties="颜色:蓝;尺码:L")
    Sku.objects.filter(code="QH-900").update(barcode="6901234509007")
    assert not confirm_shipping_orders([asking.pk], by=SYSTEM).refused
    plain = reserved(2)
    with transaction.atomic(), signed("core.seed", by=SYSTEM):
        ShippingOrder.objects.update(confirmed_at=AT)
    return [*plain, asking]


def _expect(paper: Document, name: str) -> None:
    """The text of the file is the golden one, and every page is an upright A4."""
    file = printed(paper, render_server())
    sizes = {(round(page.mediabox.width), round(page.mediabox.height)) for page in PdfReader(io.BytesIO(file)).pages}
    expected = golden(GOLDEN / name, "zh-hans", digest=paper.context_digest)
    assert sizes == {A4}
    assert folded(text_of(file)) == folded(expected)


def _expect_barcodes(paper: Document, *skus: str) -> None:
    """The paper's own number, and each SKU's: the one on its package, or its code where it has none."""
    html = as_html(paper)
    for text in (paper.number, *skus):
        assert barcode(text) in html


@pytest.mark.rule("WHS-03", "WHS-18", "WHS-24")
@pytest.mark.usefixtures("morning")
def test_the_pick_list_of_a_wave(warehouse: Warehouse, as_vera: Actor) -> None:
    wave = plan_wave(warehouse.pk, by=as_vera)

    paper = issue_pick_list(wave.pk, by=as_vera)

    _expect(paper, "pick_list.zh-hans.txt")
    _expect_barcodes(paper, "6901234500011", "QH-001", "6901234509007")


@pytest.mark.rule("WHS-03", "WHS-17", "WHS-24", "EX-82")
@pytest.mark.usefixtures("morning")
def test_the_daily_pick_list(warehouse: Warehouse, as_vera: Actor) -> None:
    paper = issue_daily_pick_list(warehouse.pk, AT.date(), by=as_vera)

    _expect(paper, "daily_pick_list.zh-hans.txt")
    _expect_barcodes(paper, "6901234500011", "QH-001", "6901234509007")


@pytest.mark.rule("WHS-06")
def test_the_handover_sheet(
    morning: list[ShippingOrder],
    picked_as: Callable[[Wave], Wave],
    packed: Callable[..., Shipment],
    *,
    warehouse: Warehouse,
    yto: Carrier,
    as_vera: Actor,
) -> None:
    picked_as(plan_wave(warehouse.pk, by=as_vera))
    parcels = [packed(order, waybill=f"YT{nth:013d}").pk for nth, order in enumerate(morning, 1)]

    dispatch_shipments(parcels, yto.pk, by=as_vera)

    _expect(Document.objects.all().about(Handover.objects.get()).get(), "handover_sheet.zh-hans.txt")


@pytest.mark.rule("WHS-06")
def test_a_handover_sheet_says_how_many_parcels_its_weight_leaves_out(
    *,
    morning: list[ShippingOrder],
    picked_as: Callable[[Wave], Wave],
    packed: Callable[..., Shipment],
    warehouse: Warehouse,
    yto: Carrier,
    as_vera: Actor,
) -> None:
    picked_as(plan_wave(warehouse.pk, by=as_vera))
    parcels = [packed(order) for order in morning]
    correct_label(parcels[0].pk, waybill=parcels[0].waybill_number, weight_grams=None, by=as_vera)

    dispatch_shipments([parcel.pk for parcel in parcels], yto.pk, by=as_vera)

    page = as_html(Document.objects.all().about(Handover.objects.get()).get())
    assert "1000，另有 1 件未称重" in page


def test_a_day_of_many_skus_and_wishes_is_printed_in_parts_and_no_row_is_lost_or_doubled() -> None:
    skus = [{"sku": f"S{nth:04d}", "size": "M", "pieces": 1, "barcode": ""} for nth in range(700)]
    wishes = [{"number": f"FH{nth:04d}", "order_numbers": [], "memos": ["送杯刷"]} for nth in range(600)]
    paper = Document(
        kind="daily_pick_list", number="RJ1", day=AT.date(), language="zh-hans", issued_at=AT,
        context={"warehouse": "东仓", "lines": skus, "remarks": wishes},
    )  # fmt: skip

    parts = parts_of(paper)

    printed_skus = [re.findall(r"S\d{4}(?=\s*</td>)", part) for part in parts]
    printed_wishes = [re.findall(r"FH\d{4}", part) for part in parts]
    assert ([len(each) for each in printed_skus], [len(each) for each in printed_wishes]) == (
        [500, 200, 0],
        [0, 300, 300],
    )
    assert [*chain(*printed_skus)] == [sku["sku"] for sku in skus]
    assert [*chain(*printed_wishes)] == [wish["number"] for wish in wishes]
    assert count_parts(paper) == 3


def test_a_wave_of_many_stops_and_slots_is_printed_in_parts_and_no_row_is_lost_or_doubled() -> None:
    stops = [{"position": nth, "bin": "A", "sku": f"S{nth:04d}", "quantity": 1} for nth in range(700)]
    orders = [{"slot": nth, "number": f"FH{nth:04d}", "order_numbers": [], "store": "青禾"} for nth in range(1_600)]
    paper = Document(
        kind="pick_list", number="JH1", day=AT.date(), language="zh-hans", issued_at=AT,
        context={"wave": "W1121-01", "warehouse": "东仓", "stops": stops, "orders": orders},
    )  # fmt: skip

    parts = parts_of(paper)

    slots = [re.findall(r"FH\d{4}", part) for part in parts]
    assert [len(re.findall(r'<p class="box">', part)) for part in parts] == [500, 200, 0, 0, 0]
    assert [len(each) for each in slots] == [0, 300, 500, 500, 300]
    assert [*chain(*slots)] == [order["number"] for order in orders]


@pytest.mark.usefixtures("morning")
def test_a_list_speaks_the_language_of_its_paper_and_not_of_who_asks_for_it(
    warehouse: Warehouse, as_vera: Actor
) -> None:
    with translation.override("en"):
        wave = plan_wave(warehouse.pk, rule=WaveRule(kind=WaveKind.SINGLE), by=as_vera)
        paper = issue_pick_list(wave.pk, by=as_vera)

    assert (paper.language, paper.context["kind"]) == ("zh-hans", "单件")


@pytest.fixture
def picked_as(as_vera: Actor) -> Callable[[Wave], Wave]:
    """Walk a wave to its end."""

    def walk(wave: Wave) -> Wave:
        start_wave(wave.pk, by=as_vera)
        for line in wave.lines.all():
            confirm_pick(line.pk, line.quantity, by=as_vera)
        return finish_wave(wave.pk, by=as_vera)

    return walk


def test_a_list_that_was_frozen_before_each_sku_had_a_row_keeps_its_rows() -> None:
    sizes = [{"size": "M", "pieces": 2}, {"size": "L", "pieces": 3}]
    rows = [{"colour": "红", "orders": 4, "pieces": 5, "sizes": sizes}]
    blocks = [{"size": "单件", "pieces": 5, "rows": rows}]
    paper = Document(
        kind="daily_pick_list", number="RJ1", day=AT.date(), language="zh-hans", issued_at=AT,
        context={
            "warehouse": "东仓", "day": AT.date(), "confirmed_before": "14:00", "orders": 4, "pieces": 5, "gift_pieces": 0,
            "styles": [{"style": "K01", "title": "马克杯", "pieces": 5, "blocks": blocks}], "gifts": [], "remarks": [],
        },
    )  # fmt: skip

    (part,) = parts_of(paper)

    body = re.search(r"<tbody>.*</tbody>", part, re.DOTALL)
    assert body
    cells = re.findall(r"<td[^>]*>(.*?)</td>", body[0], re.DOTALL)
    assert [" ".join(cell.split()) for cell in cells] == [
        "K01 马克杯", "单件", "红", "4", "5", "M×2 L×3", "K01 合计", "5", "",
    ]  # fmt: skip
