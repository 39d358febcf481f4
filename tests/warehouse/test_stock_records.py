"""Record pages of stock: read by right and scope; bins, carriers and drafts kept by the lead alone."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, User, Warehouse
from apps.stores.models import Sku
from apps.warehouse.actions.default_carriers import default_carriers, install_default_carriers
from apps.warehouse.actions.stock_documents import StockLine, draft_stock_document
from apps.warehouse.models import Bin, Carrier, StockDocument, StockMove

pytestmark = pytest.mark.django_db
READ_ONLY = ["stockbalance", "binbalance", "stockmove", "reservation"]
EVERYTHING = [*READ_ONLY, "stockdocument", "bin", "carrier"]


def _page(name: str, *args: object) -> str:
    return reverse(f"admin:warehouse_{name}", args=args)


def _as(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("name", EVERYTHING)
def test_the_warehouse_reads_and_strangers_do_not(name: str, noor: User, pia: User) -> None:
    assert _as(noor).get(_page(f"{name}_changelist")).status_code == 200
    assert _as(pia).get(_page(f"{name}_changelist")).status_code in {302, 403}


@pytest.mark.parametrize("name", READ_ONLY)
def test_what_the_ledger_writes_nobody_adds_by_hand(name: str, vera: User) -> None:
    assert _as(vera).get(_page(f"{name}_add")).status_code == 403


@pytest.mark.parametrize("name", ["stockdocument", "bin", "carrier"])
def test_the_lead_adds_and_a_picker_does_not(name: str, vera: User, noor: User) -> None:
    assert _as(vera).get(_page(f"{name}_add")).status_code == 200
    assert _as(noor).get(_page(f"{name}_add")).status_code == 403


def test_a_foreign_warehouses_bin_and_goods_do_not_exist(
    in_stock: Callable[..., StockMove], a_bin: Callable[..., Bin], fengdu: Store, vera: User
) -> None:
    place = a_bin("Z-09-09", of=fengdu.warehouse)
    in_stock("QH-000", 3, bin=place)
    client = _as(vera)

    assert client.get(_page("bin_change", place.pk)).status_code == 404
    for name in ("bin", "stockbalance", "binbalance", "stockmove"):
        page = client.get(_page(f"{name}_changelist")).content.decode()
        assert "Z-09-09" not in page
        assert "QH-000" not in page


def test_a_draft_is_written_on_its_page_and_posted_by_its_button(
    warehouse: Warehouse, a_bin: Callable[..., Bin], a_sku: Callable[..., Sku], vera: User,
    balance: Callable[..., tuple[int, int, int]],
) -> None:  # fmt: skip
    client, place, sku = _as(vera), a_bin(), a_sku("QH-000")
    lines = {"lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 0, "lines-MIN_NUM_FORMS": 0, "lines-MAX_NUM_FORMS": 1000}
    line = {"lines-0-bin": place.pk, "lines-0-sku": sku.pk, "lines-0-quantity": 7}

    form = {"warehouse": warehouse.pk, "kind": "opening", "reason": "期初盘点", **lines, **line}
    saved = client.post(_page("stockdocument_add"), form)
    document = StockDocument.objects.get()
    posted = client.post(_page("stockdocument_press", document.pk, "post"))

    document.refresh_from_db()
    assert (saved.status_code, posted.status_code) == (302, 302)
    assert (document.state, document.drafted_by_id) == ("posted", vera.pk)
    assert document.number.startswith("KD")
    assert balance("QH-000") == (7, 0, 0)


def test_a_posted_document_is_only_read(
    warehouse: Warehouse, a_bin: Callable[..., Bin], a_sku: Callable[..., Sku], vera: User
) -> None:
    lines = [StockLine(a_bin().pk, a_sku("QH-000").pk, 7)]
    document = draft_stock_document(warehouse.pk, kind="opening", lines=lines, reason="期初", by=Actor.of(vera))
    client = _as(vera)
    client.post(_page("stockdocument_press", document.pk, "post"))

    page = client.get(_page("stockdocument_change", document.pk))
    changed = client.post(_page("stockdocument_change", document.pk), {"reason": "另一个原因"})

    assert page.status_code == 200
    assert changed.status_code == 403
    assert StockDocument.objects.get().reason == "期初"


@pytest.mark.rule("WHS-53")
def test_the_default_carriers_come_in_once_and_stay_as_they_were_changed(db: None) -> None:
    first = install_default_carriers(by=SYSTEM)
    Carrier.objects.filter(code="BEST").update(is_active=False)
    second = install_default_carriers(by=SYSTEM)

    assert (first, second) == (len(default_carriers()), 0)
    assert not Carrier.objects.get(code="BEST").is_active
    assert {"SF", "YTO", "ZTO", "STO", "YUNDA", "JITU", "JD", "EMS"} <= set(
        Carrier.objects.values_list("code", flat=True)
    )
