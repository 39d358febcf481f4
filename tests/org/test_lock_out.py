"""Wrong passwords lock one user from one address, and only for a while."""

import datetime as dt

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from apps.org.models import User
from tests.accounts import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.rule("SEC-08")]
HERE, ELSEWHERE = "198.51.100.7", "203.0.113.9"


def _try(username: str, password: str, address: str = HERE) -> int:
    answer: HttpResponse = Client(REMOTE_ADDR=address).post(
        "/desk/login/", {"username": username, "password": password}
    )
    return answer.status_code


def _lock(username: str) -> None:
    for _ in range(5):
        _try(username, "wrong")
    assert _try(username, PASSWORD) == 429


def test_four_wrong_passwords_and_a_right_one_let_in(lin: User) -> None:
    wrong = [_try("lin", "wrong") for _ in range(4)]

    assert wrong == [200] * 4
    assert _try("lin", PASSWORD) == 302


def test_the_same_user_gets_in_from_another_address(lin: User) -> None:
    _lock("lin")

    assert _try("lin", PASSWORD, ELSEWHERE) == 302
    assert _try("lin", PASSWORD) == 429


def test_another_user_gets_in_from_the_same_address(lin: User, mara: User) -> None:
    _lock("lin")

    assert _try("mara", PASSWORD) == 302


def test_after_a_quarter_of_an_hour_the_door_is_open_again(lin: User) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        _lock("lin")
    with time_machine.travel(start + dt.timedelta(minutes=14), tick=False):
        still = _try("lin", PASSWORD)
    with time_machine.travel(start + dt.timedelta(minutes=31), tick=False):
        later = _try("lin", PASSWORD)

    assert (still, later) == (429, 302)


def test_a_name_that_nobody_has_is_locked_like_any_other(lin: User) -> None:
    answers = [_try("nobody", "wrong") for _ in range(6)]

    assert answers[0] == 200
    assert answers[-1] == 429
