"""Papers at the desk: issued for a wave or a day, read as a page or a file, and only by those who may."""

from collections.abc import Callable

import pytest
from django.test import Client

from apps.documents.actions import render
from apps.documents.models import Document
from apps.orders.models import ShippingOrder
from apps.org.actors import Actor
from apps.org.models import Store, User, Warehouse, WarehouseGrant
from apps.warehouse.actions import issue_pick_list, plan_wave, take_out
from apps.warehouse.models import Wave

Browse = Callable[..., Client]


@pytest.fixture
def wave(
    reserved: Callable[..., list[ShippingOrder]],
    warehouse: Warehouse,
    as_vera: Actor,
) -> Wave:
    """A planned wave of two orders."""
    reserved(2)
    return plan_wave(warehouse.pk, by=as_vera)


@pytest.fixture
def paper(wave: Wave, as_vera: Actor) -> Document:
    """The wave's pick list, not printed yet."""
    return issue_pick_list(wave.pk, by=as_vera)


@pytest.mark.rule("WHS-03")
def test_the_pick_list_of_a_wave_is_issued_and_shown(browse: Browse, noor: User, wave: Wave) -> None:
    client = browse(noor)

    answer = client.post(f"/desk/waves/{wave.pk}/paper/", follow=True)

    paper = Document.objects.get()
    page = answer.content.decode()
    assert answer.redirect_chain == [(f"/desk/papers/{paper.pk}/", 302)]
    assert paper.number in page
    assert paper.context_digest in page
    assert "Being printed" in page
    assert 'hx-trigger="every 2s"' in page
    assert paper.number in client.get("/desk/papers/").content.decode()


@pytest.mark.rule("WHS-17", "WHS-24")
def test_the_daily_pick_list_is_issued_for_a_day(browse: Browse, noor: User, warehouse: Warehouse) -> None:
    answer = browse(noor).post("/desk/papers/daily/", {"warehouse": warehouse.pk, "day": "2026-11-23"}, follow=True)

    paper = Document.objects.get()
    assert (paper.kind, f"{paper.day}", paper.warehouse) == ("daily_pick_list", "2026-11-23", warehouse)
    assert paper.number in answer.content.decode()


def test_a_second_press_shows_the_same_paper_and_takes_no_second_number(
    browse: Browse, noor: User, wave: Wave, warehouse: Warehouse
) -> None:
    client = browse(noor)
    daily = {"warehouse": warehouse.pk, "day": "2026-11-23"}

    walks = [client.post(f"/desk/waves/{wave.pk}/paper/", follow=True).redirect_chain for _ in range(2)]
    days = [client.post("/desk/papers/daily/", daily, follow=True).redirect_chain for _ in range(2)]

    assert (walks[0], days[0]) == (walks[1], days[1])
    assert list(Document.objects.order_by("kind").values_list("kind", flat=True)) == ["daily_pick_list", "pick_list"]


def test_a_list_that_would_say_something_else_is_a_new_paper(
    browse: Browse, noor: User, wave: Wave, paper: Document, as_vera: Actor
) -> None:
    take_out(wave.orders.get(slot=2).shipping_order_id, reason="改地址", by=as_vera)

    browse(noor).post(f"/desk/waves/{wave.pk}/paper/")

    newer = Document.objects.exclude(pk=paper.pk).get()
    assert (paper.context["pieces"], newer.context["pieces"]) == (2, 1)
    assert newer.number != paper.number


def test_a_day_that_is_none_is_refused(browse: Browse, noor: User, warehouse: Warehouse) -> None:
    answer = browse(noor).post("/desk/papers/daily/", {"warehouse": warehouse.pk, "day": "tomorrow"}, follow=True)

    assert "This is not a day." in answer.content.decode()
    assert not Document.objects.exists()


def test_who_neither_plans_nor_picks_issues_no_list(
    browse: Browse, person: Callable[..., User], warehouse: Warehouse
) -> None:
    manager = person("shen", "manager")
    WarehouseGrant.objects.create(user=manager, warehouse=warehouse)
    client = browse(manager)

    answer = client.post("/desk/papers/daily/", {"warehouse": warehouse.pk}, follow=True)

    assert "You do not have the right to do this." in answer.content.decode()
    assert "/desk/papers/daily/" not in client.get("/desk/papers/").content.decode()
    assert not Document.objects.exists()


def test_before_the_file_is_there_the_page_can_be_printed(browse: Browse, noor: User, paper: Document) -> None:
    client = browse(noor)

    page = client.get(f"/desk/papers/{paper.pk}/page/")
    early = client.get(f"/desk/papers/{paper.pk}/pdf/", follow=True)

    assert page.status_code == 200
    assert paper.number in page.content.decode()
    assert "This paper is not printed yet. Please try again in a moment." in early.content.decode()


def test_the_page_stops_asking_once_the_file_is_there(browse: Browse, noor: User, paper: Document) -> None:
    client = browse(noor, htmx="paper")
    waiting = client.get(f"/desk/papers/{paper.pk}/")
    render(paper.pk)

    ready = client.get(f"/desk/papers/{paper.pk}/")
    file = client.get(f"/desk/papers/{paper.pk}/pdf/")

    assert (waiting.status_code, ready.status_code) == (200, 286)
    assert "Download PDF" in ready.content.decode()
    assert file["Content-Type"] == "application/pdf"
    assert b"".join(file.streaming_content).startswith(b"%PDF-")


def test_a_paper_that_is_ready_can_be_made_again(browse: Browse, noor: User, paper: Document) -> None:
    render(paper.pk)

    answer = browse(noor).post(f"/desk/papers/{paper.pk}/again/", follow=True)

    assert "It is being printed again." in answer.content.decode()
    paper.refresh_from_db()
    assert paper.state == "issued"


def test_a_paper_that_is_being_printed_is_not_asked_for_again(browse: Browse, noor: User, paper: Document) -> None:
    answer = browse(noor).post(f"/desk/papers/{paper.pk}/again/", follow=True)

    assert "It is being printed again." not in answer.content.decode()
    paper.refresh_from_db()
    assert (paper.state, paper.attempts) == ("issued", 0)


def test_a_paper_of_another_warehouse_is_not_there(
    browse: Browse, person: Callable[..., User], paper: Document, fengdu: Store, warehouse: Warehouse
) -> None:
    stranger = person("ren", "warehouse_lead", stores=())
    WarehouseGrant.objects.create(user=stranger, warehouse=fengdu.warehouse)
    client = browse(stranger)

    answers = [
        client.get(f"/desk/papers/{paper.pk}/"),
        client.get(f"/desk/papers/{paper.pk}/pdf/"),
        client.get(f"/desk/papers/{paper.pk}/page/"),
        client.post(f"/desk/papers/{paper.pk}/again/"),
        client.post("/desk/papers/daily/", {"warehouse": warehouse.pk}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert paper.number not in client.get("/desk/papers/").content.decode()
    assert Document.objects.count() == 1


def test_a_kind_narrows_the_list_and_an_unknown_one_does_not(browse: Browse, noor: User, paper: Document) -> None:
    client = browse(noor)

    pages = {
        kind: client.get(f"/desk/papers/?kind={kind}").content.decode() for kind in ("pick_list", "handover_sheet", "x")
    }

    assert [paper.number in pages[kind] for kind in pages] == [True, False, True]


def test_without_papers_the_list_says_what_will_be_here(browse: Browse, noor: User) -> None:
    page = browse(noor).get("/desk/papers/?before=x").content.decode()

    assert "No paper has been issued yet" in page
