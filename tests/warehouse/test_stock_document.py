"""Stock documents: drafted, posted once, refused with a sentence."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from apps.audit.context import signed
from apps.audit.queries import timeline_of
from apps.core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from apps.orders.actions.progress import mark_picking
from apps.orders.models import ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, User, Warehouse
from apps.stores.models import Sku
from apps.warehouse.actions.serve import serve_waiting
from apps.warehouse.actions.stock_documents import (
    StockLine,
    cancel_stock_document,
    draft_stock_document,
    post_stock_document,
)
from apps.warehouse.models import Bin, StockBalance, StockDocument, StockDocumentLine, StockMove
from apps.workflow.move import IllegalMove

pytestmark = pytest.mark.django_db
InStock = Callable[..., StockMove]
Balance = Callable[..., tuple[int, int, int]]
Draft = Callable[..., StockDocument]


@pytest.fixture
def draft(warehouse: Warehouse, a_bin: Callable[..., Bin], a_sku: Callable[..., Sku], as_vera: Actor) -> Draft:
    """Draft a document: `draft("adjustment", [("A-01-01", "QH-000", -3)])`."""

    def make(kind: str, lines: list[tuple[str, str, int]], *, by: Actor = as_vera) -> StockDocument:
        rows = [StockLine(a_bin(place).pk, a_sku(code).pk, pieces) for place, code, pieces in lines]
        return draft_stock_document(warehouse.pk, kind=kind, lines=rows, reason="期初盘点", by=by)

    return make


def test_opening_stock_is_in_the_ledger_once_it_is_posted(draft: Draft, balance: Balance, as_vera: Actor) -> None:
    document = draft("opening", [("A-01-01", "QH-000", 12), ("A-01-02", "QH-000", 8), ("A-01-02", "QH-001", 5)])
    before = StockMove.objects.count()

    document = post_stock_document(document.pk, by=as_vera)

    moves = StockMove.objects.order_by("pk").values_list("bin__code", "sku__code", "quantity", "kind", "user_id")
    assert before == 0
    assert list(moves) == [
        ("A-01-01", "QH-000", 12, "opening", as_vera.id),
        ("A-01-02", "QH-000", 8, "opening", as_vera.id),
        ("A-01-02", "QH-001", 5, "opening", as_vera.id),
    ]
    assert (balance("QH-000"), balance("QH-001")) == ((20, 0, 0), (5, 0, 0))
    (posted,) = [change for change in timeline_of(document) if change.state_to == "posted"]
    assert (posted.actor, posted.state_from, posted.state_to) == ("Vera", "draft", "posted")
    assert {move.click for move in StockMove.objects.all()} == {posted.click}


def test_opening_stock_is_refused_for_a_sku_with_history(
    draft: Draft, in_stock: InStock, balance: Balance, as_vera: Actor
) -> None:
    in_stock("QH-000", 3)
    document = draft("opening", [("A-01-01", "QH-000", 12), ("A-01-01", "QH-001", 5)])

    with translation.override("en"), pytest.raises(IllegalMove, match="has never had"):
        post_stock_document(document.pk, by=as_vera)

    assert balance("QH-000") == (3, 0, 0)
    assert StockMove.objects.count() == 1
    assert StockDocument.objects.get().state == "draft"


def test_more_pieces_than_a_balance_can_hold_are_refused_with_a_sentence(draft: Draft, as_vera: Actor) -> None:
    post_stock_document(draft("opening", [("A-01-01", "QH-000", 999_999_990)]).pk, by=as_vera)
    many = draft("adjustment", [("A-01-01", "QH-000", 6), ("A-01-02", "QH-000", 6), ("A-01-02", "QH-001", 999_999_999)])

    with translation.override("en"), pytest.raises(IllegalMove, match="mistyped"):
        post_stock_document(many.pk, by=as_vera)
    post_stock_document(draft("adjustment", [("A-01-02", "QH-000", 10)]).pk, by=as_vera)

    assert dict(StockBalance.objects.values_list("sku__code", "on_hand")) == {"QH-000": 1_000_000_000}


def test_a_document_is_posted_once(draft: Draft, balance: Balance, as_vera: Actor) -> None:
    document = draft("adjustment", [("A-01-01", "QH-000", 4)])
    post_stock_document(document.pk, by=as_vera)

    with pytest.raises(IllegalMove):
        post_stock_document(document.pk, by=as_vera)

    assert balance("QH-000") == (4, 0, 0)


def test_a_discarded_draft_moves_nothing_and_cannot_be_posted(draft: Draft, as_vera: Actor) -> None:
    document = draft("adjustment", [("A-01-01", "QH-000", 4)])
    cancel_stock_document(document.pk, by=as_vera)

    with pytest.raises(IllegalMove):
        post_stock_document(document.pk, by=as_vera)

    assert not StockMove.objects.exists()


def test_more_than_lies_in_the_bin_does_not_leave_it(
    draft: Draft, in_stock: InStock, balance: Balance, as_vera: Actor
) -> None:
    in_stock("QH-000", 3)
    document = draft("adjustment", [("A-01-01", "QH-000", -4)])

    with pytest.raises(Conflict) as refused:
        post_stock_document(document.pk, by=as_vera)

    assert refused.value.code == "not_in_bin"
    assert refused.value.data == {"sku": "QH-000"}
    with translation.override("en"):
        assert str(refused.value) == "Only 3 of QH-000 are free in bin A-01-01, and the document takes 4 out of it."
    assert balance("QH-000") == (3, 0, 0)


def test_goods_that_are_set_aside_and_lost_are_taken_from_who_paid_last(
    *, draft: Draft, in_stock: InStock, balance: Balance, wanting: Callable[..., ShippingOrder],
    state_of: Callable[[ShippingOrder], str], as_vera: Actor, broken_stock: Callable[[], list[str]],
) -> None:  # fmt: skip
    in_stock("QH-000", 6)
    in_stock("QH-001", 6)
    orders = [wanting({"QH-000": 2, "QH-001": 1}, paid=nth) for nth in (1, 2, 3)]
    serve_waiting()
    document = draft("adjustment", [("A-01-01", "QH-000", -1)])

    post_stock_document(document.pk, by=as_vera)

    assert [state_of(order) for order in orders] == ["reserved", "reserved", "confirmed"]
    assert (balance("QH-000"), balance("QH-001")) == ((5, 4, 0), (6, 2, 0))
    assert broken_stock() == []


def test_goods_of_orders_at_the_bench_are_not_written_off(
    draft: Draft, in_stock: InStock, balance: Balance, wanting: Callable[..., ShippingOrder], as_vera: Actor
) -> None:
    in_stock("QH-000", 2)
    order = wanting({"QH-000": 2})
    serve_waiting()
    with transaction.atomic():
        mark_picking([order.pk], by=SYSTEM)
    document = draft("adjustment", [("A-01-01", "QH-000", -1)])

    with pytest.raises(Conflict) as refused:
        post_stock_document(document.pk, by=as_vera)

    assert refused.value.code == "needed_at_the_bench"
    assert "QH-000" in str(refused.value)
    assert balance("QH-000") == (2, 2, 0)


def test_goods_found_defective_leave_what_is_on_hand(
    draft: Draft, in_stock: InStock, a_bin: Callable[..., Bin], balance: Balance, as_vera: Actor
) -> None:
    in_stock("QH-000", 10)
    a_bin("D-01-01", kind="defects")
    document = draft("defect", [("A-01-01", "QH-000", -2), ("D-01-01", "QH-000", 2)])

    post_stock_document(document.pk, by=as_vera)

    assert balance("QH-000") == (8, 0, 2)


def test_goods_that_only_move_neither_appear_nor_vanish(
    draft: Draft, in_stock: InStock, balance: Balance, as_vera: Actor
) -> None:
    in_stock("QH-000", 10)
    uneven = draft("transfer", [("A-01-01", "QH-000", -3), ("A-01-02", "QH-000", 2)])
    even = draft("transfer", [("A-01-01", "QH-000", -3), ("A-01-02", "QH-000", 3)])

    with pytest.raises(IllegalMove):
        post_stock_document(uneven.pk, by=as_vera)
    post_stock_document(even.pk, by=as_vera)

    assert balance("QH-000") == (10, 0, 0)
    assert StockMove.objects.count() == 3


@pytest.mark.parametrize(
    ("kind", "lines", "reason", "code"),
    [
        ("theft", [1], "r", "kind"),
        ("adjustment", [1], "  ", "reason_missing"),
        ("adjustment", [0], "r", "nothing_moves"),
        ("adjustment", [1, 2], "r", "same_line_twice"),
    ],
)
def test_a_draft_that_says_nothing_useful_is_refused(
    *, warehouse: Warehouse, a_bin: Callable[..., Bin], a_sku: Callable[..., Sku], as_vera: Actor, kind: str,
    lines: list[int], reason: str, code: str,
) -> None:  # fmt: skip
    rows = [StockLine(a_bin().pk, a_sku().pk, pieces) for pieces in lines]

    with pytest.raises(Invalid) as refused:
        draft_stock_document(warehouse.pk, kind=kind, lines=rows, reason=reason, by=as_vera)

    assert refused.value.code == code
    assert not StockDocument.objects.exists()


def test_a_document_for_a_foreign_warehouse_is_not_found(
    draft: Draft, a_bin: Callable[..., Bin], a_sku: Callable[..., Sku], fengdu: Store, as_vera: Actor
) -> None:
    place = a_bin("A-01-01", of=fengdu.warehouse)
    rows = [StockLine(place.pk, a_sku().pk, 1)]
    foreign = draft_stock_document(fengdu.warehouse_id, kind="opening", lines=rows, reason="期初", by=SYSTEM)

    refusals = (
        lambda: draft_stock_document(fengdu.warehouse_id, kind="opening", lines=rows, reason="期初", by=as_vera),
        lambda: post_stock_document(foreign.pk, by=as_vera),
        lambda: cancel_stock_document(foreign.pk, by=as_vera),
    )
    for refused in refusals:
        with pytest.raises(NotFound):
            refused()

    assert StockDocument.objects.count() == 1
    assert not StockBalance.objects.exists()


def test_a_bin_of_another_warehouse_is_refused(
    warehouse: Warehouse, a_bin: Callable[..., Bin], a_sku: Callable[..., Sku], fengdu: Store, as_vera: Actor
) -> None:
    place = a_bin("A-01-01", of=fengdu.warehouse)

    with pytest.raises(Invalid) as refused:
        draft_stock_document(
            warehouse.pk, kind="opening", lines=[StockLine(place.pk, a_sku().pk, 1)], reason="期初", by=as_vera
        )

    assert refused.value.code == "unknown_bin"


def test_pickers_and_strangers_keep_no_stock(draft: Draft, noor: User, otto: User, pia: User) -> None:
    document = draft("adjustment", [("A-01-01", "QH-000", 4)])

    for user in (noor, otto, pia):
        with pytest.raises(NotAllowed):
            post_stock_document(document.pk, by=Actor.of(user))
        with pytest.raises(DomainError):
            draft("adjustment", [("A-01-01", "QH-000", 4)], by=Actor.of(user))

    assert not StockMove.objects.exists()
    assert StockDocument.objects.count() == 1


def test_the_lines_of_a_posted_document_stay_as_they_are(draft: Draft, as_vera: Actor) -> None:
    document = draft("adjustment", [("A-01-01", "QH-000", 4)])
    post_stock_document(document.pk, by=as_vera)
    line = document.lines.get()

    for change in (
        lambda: document.lines.update(quantity=9),
        lambda: document.lines.all()._raw_delete("default"),
        lambda: StockDocumentLine.objects.create(document=document, bin=line.bin, sku=line.sku, quantity=1),
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), signed("warehouse.x", by=SYSTEM):
            change()

    assert document.lines.get().quantity == 4


def test_arrived_goods_serve_those_who_wait(
    draft: Draft, wanting: Callable[..., ShippingOrder], state_of: Callable[[ShippingOrder], str], as_vera: Actor
) -> None:
    order = wanting({"QH-000": 2})
    serve_waiting()
    before = state_of(order)

    post_stock_document(draft("adjustment", [("A-01-01", "QH-000", 2)]).pk, by=as_vera)
    serve_waiting()

    assert (before, state_of(order)) == ("confirmed", "reserved")
