"""Another title, on sale, off sale."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from apps.approvals.models import ApprovalRequest
from apps.approvals.rules.steps import Answer
from apps.audit.queries import timeline_of
from apps.core.errors import Conflict, Invalid
from apps.org.models import User
from apps.stores.actions.apply import apply_due_changes, delist_sold_out
from apps.stores.models import Listing, ListingChange
from apps.stores.questions import LISTING_STOCK
from opsdesk.celery import app

Make = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("english")


def _now(listing: Listing) -> tuple[str, str]:
    row = Listing.objects.get(pk=listing.pk)
    return row.title, row.state


@pytest.mark.rule("LST-10", "LST-12")
def test_a_new_title_is_shown_beside_the_old_one_and_holds_after_the_director(
    a_listing: Make, listing_to: Make, votes: Make, dora: User, request_of: Make
) -> None:
    listing = a_listing()
    change = listing_to(listing, "title", new_title="  保温杯  500 ml   2026 ")

    shown = request_of(change).shown["changes"]
    assert [(label["en"], before, after) for label, before, after in shown] == [
        ("Title", "保温杯 500 ml", "保温杯 500 ml 2026")
    ]
    assert votes(dora, change) == Answer.APPROVED
    assert apply_due_changes() == 1

    assert _now(listing) == ("保温杯 500 ml 2026", "on_sale")


@pytest.mark.rule("LST-12", "LST-29")
def test_a_new_item_goes_on_sale_after_the_director_agrees(
    a_listing: Make, listing_to: Make, votes: Make, dora: User
) -> None:
    listing = a_listing(state="in_warehouse")
    votes(dora, listing_to(listing, "list"))

    assert _now(listing)[1] == "in_warehouse"
    apply_due_changes()

    assert _now(listing)[1] == "on_sale"
    assert Listing.objects.get().listed_at is not None


@pytest.mark.rule("LST-14")
def test_taking_down_for_a_special_reason_needs_the_department_leader(
    a_listing: Make, listing_to: Make, votes: Make, gu: User
) -> None:
    listing = a_listing()

    with pytest.raises(Invalid):
        listing_to(listing, "delist", reason=" ")
    change = listing_to(listing, "delist", reason="Complaints about the lid")
    assert votes(gu, change) == Answer.APPROVED
    apply_due_changes()

    assert _now(listing)[1] == "delisted"


def test_a_refusal_changes_nothing(a_listing: Make, listing_to: Make, votes: Make, gu: User) -> None:
    listing = a_listing()
    change = listing_to(listing, "delist")

    votes(gu, change, "refuse", comment="Sell it off first")
    apply_due_changes()

    assert ListingChange.objects.get().state == "refused"
    assert _now(listing)[1] == "on_sale"


@pytest.mark.usefixtures("gu", "dora")
@pytest.mark.parametrize(
    ("kind", "title"), [("title", ""), ("title", "保温杯 500 ml"), ("title", "x" * 201), ("list", ""), ("burn", "")]
)
def test_what_changes_nothing_is_refused(a_listing: Make, listing_to: Make, kind: str, title: str) -> None:
    listing = a_listing()

    with pytest.raises(Invalid):
        listing_to(listing, kind, new_title=title)

    assert not ListingChange.objects.exists()


def test_a_listing_that_sold_out_meanwhile_lets_the_request_lapse(
    a_listing: Make, listing_to: Make, votes: Make, gu: User, sold_out: Make
) -> None:
    listing = a_listing()
    change = listing_to(listing, "delist")
    sold_out(listing)
    delist_sold_out()

    with pytest.raises(Conflict, match="has lapsed"):
        votes(gu, change)

    assert ApprovalRequest.objects.get().state == "lapsed"


@pytest.mark.rule("EX-83", "LST-13", "LST-43")
def test_without_stock_a_listing_goes_down_by_itself_and_nobody_is_asked(a_listing: Make, sold_out: Make) -> None:
    gone, last_one, uncounted = a_listing("QH-1"), a_listing("QH-2"), a_listing("QH-3")
    waiting = a_listing("QH-4", state="in_warehouse")
    for listing, left in ((gone, 0), (last_one, 1), (waiting, 0)):
        sold_out(listing, left=left)

    assert delist_sold_out() == 1
    assert delist_sold_out() == 0

    assert [_now(each)[1] for each in (gone, last_one, uncounted, waiting)] == [
        "delisted", "on_sale", "on_sale", "in_warehouse",
    ]  # fmt: skip
    assert not ApprovalRequest.objects.exists()
    last = timeline_of(gone)[0]
    assert (last.actor, last.verb) == ("opsdesk", "stores.listing.sell_out")


def test_the_clock_itself_takes_down_what_is_sold_out(a_listing: Make, sold_out: Make) -> None:
    listing = a_listing()
    sold_out(listing)
    app.loader.import_default_modules()

    app.tasks[settings.CELERY_BEAT_SCHEDULE["delist-sold-out"]["task"]]()

    assert _now(listing)[1] == "delisted"


def test_while_no_warehouse_counts_nothing_is_sold_out(a_listing: Make, sold_out: Make) -> None:
    sold_out(a_listing())
    answerer = LISTING_STOCK.ask()
    LISTING_STOCK.forget()

    try:
        assert delist_sold_out() == 0
    finally:
        LISTING_STOCK.answer_with(answerer)
