"""Builders for finance: bills uploaded, checked and imported, orders with known amounts, refunds that were paid."""

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from apps.aftersales.models import Refund
from apps.audit.context import signed
from apps.core.errors import Invalid
from apps.finance.actions.bill import import_bill
from apps.finance.actions.default_rules import write_default_rules
from apps.finance.actions.receive import receive_bills
from apps.finance.models import Bill, BillLine
from apps.jobs.actions import run_job
from apps.orders.models import Order, ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, User
from tests.finance.files import Booking, bill

Make = Callable[..., Any]


@pytest.fixture
def as_otto(otto: User) -> Actor:
    """Otto, who keeps the books, as the one who acts."""
    return Actor.of(otto)


@pytest.fixture
def received(qinghe: Store, as_otto: Actor) -> Callable[..., Bill]:
    """Upload one bill for Qinghe, unchecked: `received(content)`."""
    write_default_rules()

    def make(content: bytes, *, name: str = "九月账单.csv", store: Store = qinghe, by: Actor = as_otto) -> Bill:
        return receive_bills(store.pk, [SimpleUploadedFile(name, content)], by=by)[0]

    return make


@pytest.fixture
def checked(received: Make) -> Callable[..., Bill]:
    """Upload and check: `checked(sale("10.00", "4001…"))`, or `checked(content=b"…")`."""

    def make(*bookings: Booking, content: bytes = b"", **options: Any) -> Bill:
        upload = {key: options.pop(key) for key in ("name", "store", "by") if key in options}
        row = received(content or bill(*bookings, **options), **upload)
        run_job(row.check_job_id)
        return Bill.objects.select_related("check_job", "import_job").get(pk=row.pk)

    return make


@pytest.fixture
def imported(checked: Make, as_otto: Actor) -> Callable[..., Bill]:
    """Upload, check, import and match."""

    def make(*bookings: Booking, **options: Any) -> Bill:
        row = import_bill(checked(*bookings, **options).pk, by=as_otto)
        run_job(row.import_job_id or 0)
        return Bill.objects.select_related("check_job", "import_job").get(pk=row.pk)

    return make


@pytest.fixture
def half_in(checked: Make, as_otto: Actor, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Bill]:
    """Upload and check a bill whose import stops after its lines are in the books."""

    def stop(_store: int, **_by: object) -> None:
        raise Invalid("stopped")

    def make(*bookings: Booking, **options: Any) -> Bill:
        row = import_bill(checked(*bookings, **options).pk, by=as_otto)
        with monkeypatch.context() as stopped:
            stopped.setattr("apps.finance.actions.run_import.match_store", stop)
            run_job(row.import_job_id or 0)
        row.refresh_from_db()
        return row

    return make


@pytest.fixture
def order_of(an_order: Callable[..., ShippingOrder]) -> Callable[..., Order]:
    """Make a platform order with a number and what was paid: `order_of("4001…", "128.00")`."""

    def make(number: str, paid: str, **columns: Any) -> Order:
        return an_order(number=number, paid=paid, platform_state="done", state="shipped", **columns).lead_order

    return make


@pytest.fixture
def refund_of() -> Callable[..., Refund]:
    """Make a refund in a state: `refund_of(order, "15.00")`."""

    def make(order: Order, amount: str, state: str = "paid") -> Refund:
        with transaction.atomic(), signed("core.seed", by=SYSTEM):
            return Refund.objects.create(
                number=f"TK-{uuid.uuid4().hex[:12]}", order=order, amount=Decimal(amount), reason="少发一件",
                waits_for_goods=False, state=state,
            )  # fmt: skip

    return make


@pytest.fixture
def line_of() -> Callable[..., BillLine]:
    """The line of a bill by its place: `line_of(bill)` is the first."""

    def make(row: Bill, nth: int = 0) -> BillLine:
        return row.lines.order_by("position")[nth]

    return make
