"""The client's page behind a link: without an account, on a phone, in the client's language."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client

from apps.contracts.actions import new_link
from apps.contracts.models import SettlementStatement
from apps.org.actors import Actor
from tests.desk.pages import text_of

pytest_plugins = ["tests.contracts.builders"]
Make = Callable[..., Any]


@pytest.fixture
def door(sent: Make, a_contract: Make, receive: Make) -> tuple[SettlementStatement, str]:
    """A statement with the client, and its address."""
    receive("2026-01-05", "4000000")
    row, token = sent(a_contract(), "2026-01")
    return row, f"/desk/answer/statement/{token}/"


def test_it_shows_the_figures_to_a_stranger_and_nothing_of_the_house(door: tuple[Any, str]) -> None:
    row, address = door

    answer = Client(headers={"accept-language": "en"}).get(address)

    page = text_of(answer)
    assert answer.status_code == 200
    assert ("¥400,000.00" in page, row.number in page, "I confirm this statement" in page) == (True, True, True)
    assert "/desk/orders/" not in page
    assert "no-store" in answer["Cache-Control"]


def test_commission_that_is_lost_again_is_not_called_a_gain(sent: Make, a_contract: Make, receive: Make) -> None:
    receive("2026-01-05", "3000000")
    receive("2026-02-05", "-100000")
    contract = a_contract()
    sent(contract, "2026-01")
    row, token = sent(contract, "2026-02")

    page = text_of(Client(headers={"accept-language": "en"}).get(f"/desk/answer/statement/{token}/"))

    assert row.commission_amount == -300_000
    assert "Earlier receipts of the year, no longer above the threshold" in page
    assert "now above the threshold" not in page


def test_a_confirmation_uses_the_link_up(door: tuple[Any, str]) -> None:
    row, address = door
    client = Client(headers={"accept-language": "en"})

    done = client.post(address, {"answer": "confirm", "name": "周敏"})
    again = client.get(address)

    row.refresh_from_db()
    assert "The statement is confirmed." in text_of(done)
    assert (row.state, row.answered_by) == ("confirmed", "周敏")
    assert again.status_code == 404
    assert "This link is not valid, or no longer." in text_of(again)


def test_an_objection_needs_its_sentence_and_keeps_the_name(door: tuple[Any, str]) -> None:
    row, address = door
    client = Client(headers={"accept-language": "en"})

    empty = client.post(address, {"answer": "object", "name": "周敏", "sentence": " "})
    row.refresh_from_db()
    state = row.state
    client.post(address, {"answer": "object", "name": "周敏", "sentence": "少一笔退款 <script>"})

    row.refresh_from_db()
    assert (empty.status_code, state) == (422, "sent")
    assert "Please say in a sentence what is not right." in text_of(empty)
    assert (row.state, row.objection) == ("objected", "少一笔退款 <script>")


def test_who_wrote_what_is_not_right_does_not_confirm_by_the_wrong_button(door: tuple[Any, str]) -> None:
    row, address = door

    answer = Client(headers={"accept-language": "en"}).post(
        address, {"answer": "confirm", "name": "周敏", "sentence": "少一笔退款"}
    )

    row.refresh_from_db()
    assert answer.status_code == 422
    assert "You wrote what is not right." in text_of(answer)
    assert "少一笔退款" in text_of(answer)
    assert (row.state, row.answered_by) == ("sent", "")


def test_the_page_that_asks_for_patience_takes_the_answer_too(door: tuple[Any, str]) -> None:
    row, address = door
    client = Client(headers={"accept-language": "en"})

    page = client.get(f"{address}paper/").content.decode()

    posted_to = re.search(r'class="outside-answer"[^>]* action="([^"]*)"', page)
    assert posted_to is not None
    assert posted_to[1] == address
    assert f'href="{address}paper/"' in page
    assert client.post(posted_to[1], {"answer": "confirm", "name": "周敏"}).status_code == 200
    row.refresh_from_db()
    assert row.state == "confirmed"


def test_every_link_that_opens_nothing_looks_the_same(door: tuple[Any, str], as_finn: Actor) -> None:
    row, address = door
    client = Client(headers={"accept-language": "en"})
    new_link(row.pk, by=as_finn)

    answers = [client.get(each) for each in (address, "/desk/answer/statement/nobody/", f"{address}annex/")]

    assert [each.status_code for each in answers] == [404, 404, 404]
    own = re.compile(r'name="(next|csrfmiddlewaretoken)" value="[^"]*"')
    assert len({own.sub("", text_of(each)) for each in answers}) == 1


def test_whoever_guesses_is_stopped(door: tuple[Any, str]) -> None:
    _row, address = door
    client = Client(headers={"accept-language": "en"})

    tries = [client.get(f"/desk/answer/statement/guess-{nth}/").status_code for nth in range(21)]

    assert (tries[:20], tries[20]) == ([404] * 20, 429)
    assert client.get(address).status_code == 429


def test_the_workbook_goes_out_by_the_link_and_the_paper_once_it_is_printed(door: tuple[Any, str]) -> None:
    _row, address = door
    client = Client(headers={"accept-language": "en"})

    annex, paper = client.get(f"{address}annex/"), client.get(f"{address}paper/")

    book = openpyxl.load_workbook(BytesIO(b"".join(annex.streaming_content)))
    assert book.active.max_row == 2
    assert "The paper is being printed." in text_of(paper)
