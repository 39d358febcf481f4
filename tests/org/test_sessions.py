"""A session ends half an hour after the last thing a person did, and ten hours after the log-in, whatever they do."""

import datetime as dt

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from apps.org.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.rule("SEC-08")]
BACKEND = "apps.org.backend.StandingBackend"
POLL = {"HX-Polling": "1", "HX-Request": "true"}


@pytest.fixture
def at_work(lin: User) -> Client:
    """Lin, logged in."""
    client = Client()
    client.force_login(lin, backend=BACKEND)
    return client


def _is_in(client: Client, **headers: str) -> bool:
    answer = client.get("/desk/bell/?known=0" if headers else "/desk/", headers=headers)
    # Whoever is out is led to the log-in; a page that asks by itself is told to stop asking.
    assert answer.status_code in ((204, 286) if headers else (200, 302))
    return answer.status_code in (200, 204)


def _after(client: Client, *minutes: int, poll: bool = False) -> list[bool]:
    """Whether the session holds at each of these minutes after now, one look after the other."""
    start, seen = timezone.now(), []
    for minute in minutes:
        with time_machine.travel(start + dt.timedelta(minutes=minute), tick=False):
            seen.append(_is_in(client, **(POLL if poll else {})))
    return seen


def test_half_an_hour_without_a_touch_ends_it(at_work: Client) -> None:
    assert _after(at_work, 0, 29, 58, 89) == [True, True, True, False]
    assert not Session.objects.exists()


def test_a_page_that_asks_by_itself_keeps_nobody_in(at_work: Client) -> None:
    assert _is_in(at_work)

    assert _after(at_work, *range(1, 30), poll=True) == [True] * 29
    assert _after(at_work, 31, poll=True) == [False]
    assert not Session.objects.exists()


def test_after_ten_hours_even_the_busiest_logs_in_again(at_work: Client) -> None:
    looks = _after(at_work, *range(0, 601, 20))

    assert looks == [True] * 31
    assert _after(at_work, 601) == [False]


def test_a_new_log_in_begins_a_new_life(at_work: Client, lin: User) -> None:
    start = timezone.now()
    _after(at_work, *range(0, 601, 20), 601)

    with time_machine.travel(start + dt.timedelta(minutes=602), tick=False):
        at_work.force_login(lin, backend=BACKEND)
        assert _is_in(at_work)
    with time_machine.travel(start + dt.timedelta(minutes=620), tick=False):
        assert _is_in(at_work)


def test_the_session_lies_on_the_server_and_its_cookie_tells_nothing(at_work: Client, lin: User) -> None:
    _is_in(at_work)
    cookie = at_work.cookies["sessionid"]

    assert Session.objects.filter(session_key=cookie.value).count() == 1
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
