"""Builders for contracts: receipts of a store, contracts in force, statements on every step of their way.

otto and finn keep the books, dora is the director.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from psycopg2.extras import DateRange

from apps.approvals.models import ApprovalRequest
from apps.audit.context import signed
from apps.contracts.actions import (
    BaseFee,
    Due,
    LumpSum,
    Parties,
    Scale,
    activate_contract,
    decide_statement,
    draft_statements,
    open_contract,
    send_statement,
    set_clause,
    submit_statement,
)
from apps.contracts.models import Contract, SettlementStatement
from apps.files.models import StoredFile
from apps.finance.models import Bill, BillLine, Receipt
from apps.orders.models import Order
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, User

Make = Callable[..., Any]
SCALE = Scale(Decimal(3_000_000), ((Decimal(0), Decimal("0.10")), (Decimal(8_000_000), Decimal("0.13"))))
BASE_FEE = BaseFee(Decimal(15_000), 2, Decimal(2_000_000))
DUE = Due()
LUMP_SUM = LumpSum(Decimal(3_000_000))
MONTHS = [dt.date(2026, month, 1) for month in range(1, 13)]


def day(text: str) -> dt.date:
    """A date: `day("2026-03-05")`; of a month, its first: `day("2026-03")`."""
    return dt.date.fromisoformat(text if len(text) > 7 else f"{text}-01")


@pytest.fixture
def today_is() -> Iterator[Callable[[str], None]]:
    """Move the clock: `today_is("2026-04-01")`. Without a call it stays what it is."""
    travels: list[Any] = []

    def move(text: str) -> None:
        while travels:
            travels.pop().stop()
        travel = time_machine.travel(dt.datetime.fromisoformat(f"{text}T09:00:00+08:00"), tick=False)
        travel.start()
        travels.append(travel)

    yield move
    while travels:
        travels.pop().stop()


@pytest.fixture
def as_otto(otto: User) -> Actor:
    """Otto as the one who acts."""
    return Actor.of(otto)


@pytest.fixture
def finn(person: Make) -> User:
    """Finance too."""
    return person("finn", "finance", stores=())


@pytest.fixture
def as_finn(finn: User) -> Actor:
    """Finn as the one who acts."""
    return Actor.of(finn)


@pytest.fixture
def dora(person: Make) -> User:
    """The director."""
    return person("dora", "director", stores=())


@pytest.fixture
def as_dora(dora: User) -> Actor:
    """Dora as the one who acts."""
    return Actor.of(dora)


@pytest.fixture
def as_pia(pia: User) -> Actor:
    """Pia as the one who acts."""
    return Actor.of(pia)


@pytest.fixture
def receive(qinghe: Store) -> Callable[..., Receipt]:
    """Let money arrive, or go back when negative: `receive("2026-03-05", "100.00")`."""
    lines: dict[int, BillLine] = {}

    def make(
        on: str, amount: str | int, *, store: Store | None = None, order: Order | None = None, kind: str = ""
    ) -> Receipt:
        store = store or qinghe
        if store.pk not in lines:
            lines[store.pk] = _a_line(store)
        return Receipt.objects.create(
            store=store, line=lines[store.pk], order=order, kind=kind or ("refund" if Decimal(amount) < 0 else "sale"),
            amount=Decimal(amount), received_on=day(on),
        )  # fmt: skip

    return make


def _a_line(store: Store) -> BillLine:
    """One line that all receipts of a store hang on; contracts do not look at it."""
    with transaction.atomic(), signed("core.seed", by=SYSTEM):
        file = StoredFile.objects.create(
            name="账务明细.csv", kind=StoredFile.Kind.EXPORT, size_bytes=1, sha256=b"", store=store
        )
        bill = Bill.objects.create(
            store=store, file=file, name="账务明细.csv", sha256=bytes([store.pk % 256]) * 32,
            account_number=f"2088{store.pk:012d}", period=DateRange(day("2026-01"), day("2027-01")), state="imported",
        )  # fmt: skip
        return BillLine.objects.create(
            bill=bill,
            store=store,
            position=1,
            serial=f"S{store.pk}",
            amount=Decimal(1),
            line_class="sale",
            happened_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        )


@pytest.fixture
def a_contract(qinghe: Store) -> Callable[..., Contract]:
    """Make a contract in force: `a_contract("2026-03-01", base_fee=None)`; a clause given as None is left out."""
    running = iter(range(1, 1_000))

    def make(
        effective_from: str = "2026-01-01", *, stores: tuple[Store, ...] = (), scale: Scale | None = SCALE,
        base_fee: BaseFee | None = None, lump_sum: LumpSum | None = None, due: Due | None = DUE, opening: Any = None,
        is_active: bool = True, **parties: Any,
    ) -> Contract:  # fmt: skip
        stores = stores or (qinghe,)
        head = Parties(
            number=f"DY-2026-{next(running):03d}", client_id=stores[0].client_id or 0,
            effective_from=day(effective_from), client_contact="周敏", bank_holder="海鸥电商", bank_name="东港银行",
            bank_account="6222000000001", **parties,
        )  # fmt: skip
        row = open_contract(head, [store.pk for store in stores], by=SYSTEM, opening=opening)
        for clause in filter(None, (scale, base_fee, lump_sum, due)):
            set_clause(row.pk, clause, effective_from=head.effective_from, by=SYSTEM)
        return activate_contract(row.pk, by=SYSTEM) if is_active else row

    return make


@pytest.fixture
def drafted() -> Callable[..., SettlementStatement]:
    """Work one month of one contract out: `drafted(contract, "2026-03")`."""

    def make(contract: Contract, month: str, *, by: Actor = SYSTEM) -> SettlementStatement:
        done = draft_statements([contract.pk], day(month), by=by)
        assert not done.refused, {key: str(sentence) for key, sentence in done.refused.items()}
        return SettlementStatement.objects.get(contract=contract, month=day(month))

    return make


@pytest.fixture
def submitted(drafted: Make, as_otto: Actor, dora: User) -> Callable[..., SettlementStatement]:
    """As `drafted`, and otto has asked for approval."""

    def make(contract: Contract, month: str) -> SettlementStatement:
        return submit_statement(drafted(contract, month).pk, by=as_otto)

    return make


@pytest.fixture
def sent(submitted: Make, as_finn: Actor, as_dora: Actor) -> Callable[..., tuple[SettlementStatement, str]]:
    """As `submitted`, approved by dora and sent by finn; gives the token of the link too."""

    def make(contract: Contract, month: str) -> tuple[SettlementStatement, str]:
        row = submitted(contract, month)
        approve(row, by=as_dora)
        token = send_statement(row.pk, by=as_finn)
        row.refresh_from_db()
        return row, token

    return make


def stamp_sending(row: SettlementStatement) -> None:
    """As sent now by the clock that the test has moved; stamps come from the database, which has its own."""
    SettlementStatement.objects.filter(pk=row.pk).update(sent_at=timezone.now())
    row.refresh_from_db(fields=["sent_at"])


def approve(row: SettlementStatement, *, by: Actor, verdict: str = "approve", comment: str = "") -> None:
    """Decide on a submitted statement, as shown."""
    request = ApprovalRequest.objects.all().about(row).open().get()
    decide_statement(request.pk, verdict=verdict, by=by, version=request.version, comment=comment)
    row.refresh_from_db()
