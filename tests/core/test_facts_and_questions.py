"""News goes up once per transaction and never hurts who tells it; a question that nobody answers has its default."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction

from apps.core.facts import announce, subscribe, unsubscribe
from apps.core.questions import Question
from apps.org.models import Client

pytestmark = pytest.mark.django_db
Commit = Any


@dataclass(frozen=True, slots=True)
class DoorOpened:
    """Somebody opened a door."""


@dataclass(frozen=True, slots=True)
class BellRang:
    """Somebody rang."""


@pytest.fixture
def heard() -> Iterator[list[object]]:
    """What a listener has heard of doors."""
    news: list[object] = []
    subscribe(DoorOpened, news.append)
    yield news
    unsubscribe(DoorOpened, news.append)


def test_a_fact_is_told_after_commit_and_once_however_often_it_happened(
    heard: list[object], django_capture_on_commit_callbacks: Commit
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        for _ in range(3):
            announce(DoorOpened())
        before = list(heard)

    assert (before, heard) == ([], [DoorOpened()])


@pytest.mark.django_db(transaction=True)
def test_the_next_transaction_tells_it_again(heard: list[object]) -> None:
    for _ in range(2):
        with transaction.atomic():
            announce(DoorOpened())

    assert heard == [DoorOpened(), DoorOpened()]


def test_only_those_who_asked_for_it_hear_it(heard: list[object], django_capture_on_commit_callbacks: Commit) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        announce(BellRang())

    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_is_no_news(heard: list[object]) -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        announce(DoorOpened())

    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_a_listener_that_fails_neither_undoes_the_work_nor_silences_anybody(
    heard: list[object], caplog: pytest.LogCaptureFixture, db: None
) -> None:
    def fails(_fact: object) -> None:
        raise RuntimeError("the listener is broken")

    heard_after: list[object] = []
    for fact, handler in ((BellRang, fails), (BellRang, heard_after.append)):
        subscribe(fact, handler)
    try:
        with transaction.atomic():
            Client.objects.create(name="青禾家居")
            announce(BellRang())
            announce(DoorOpened())
    finally:
        for handler in (fails, heard_after.append):
            unsubscribe(BellRang, handler)

    assert (heard, heard_after) == ([DoorOpened()], [BellRang()])
    assert Client.objects.filter(name="青禾家居").count() == 1
    assert "the listener is broken" in caplog.text


def _question() -> "Question[Callable[[], str]]":
    return Question("tests.weather", lambda: "nobody knows")


def test_a_question_has_its_default_until_somebody_answers_and_after_they_left() -> None:
    weather = _question()
    before = weather.ask()()

    weather.answer_with(lambda: "rain")
    answered = weather.ask()()
    weather.forget()

    assert (before, answered, weather.ask()()) == ("nobody knows", "rain", "nobody knows")


def test_a_question_has_one_answerer() -> None:
    weather = _question()

    def rain() -> str:
        return "rain"

    weather.answer_with(rain)
    weather.answer_with(rain)

    with pytest.raises(ValueError, match=r"tests\.weather is answered already"):
        weather.answer_with(lambda: "sun")
    assert weather.ask()() == "rain"
