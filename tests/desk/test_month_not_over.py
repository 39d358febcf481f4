"""What HR reads when a month is closed or paid before it is over."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client

from apps.org.actors import SYSTEM
from apps.org.models import Employee, User
from apps.staff.actions import close_sheet, finish_sheet
from apps.staff.models import PayLine, ScoreSheet
from tests.desk.pages import text_of
from tests.desk.scoring import OCTOBER
from tests.staff.test_months import on

pytest_plugins = ["tests.staff.builders"]
Browse = Callable[..., Client]
Make = Callable[..., Any]


@pytest.fixture
def scored_too_early(noor: User, a_sheet: Make, fully: Make) -> Callable[[], ScoreSheet]:
    """Noor's sheet, finished because she was to leave on the 20th; she stays. The clock stands on the 21st."""

    def make(*, is_closed: bool = False) -> ScoreSheet:
        sheet: ScoreSheet = fully(a_sheet(), "85", "85")
        Employee.objects.filter(user=noor).update(left_on=dt.date(2026, 10, 20))
        finish_sheet(sheet.pk, by=SYSTEM)
        if is_closed:
            close_sheet(sheet.pk, by=SYSTEM)
        Employee.objects.filter(user=noor).update(left_on=None)
        return sheet

    return make


def test_closing_the_month_says_why_a_sheet_stays_open(browse: Browse, hana: User, scored_too_early: Make) -> None:
    with time_machine.travel(on(21, 9)):
        sheet = scored_too_early()
        page = text_of(browse(hana).post("/desk/scores/close/", OCTOBER, follow=True))

    sheet.refresh_from_db()
    assert "0 sheets were closed. Not all: The month is not over yet. This is possible from 2026-11-01 on;" in page
    assert sheet.state == "scored"


@pytest.mark.rule("STF-122")
def test_computing_the_pay_names_whose_month_is_not_over(
    browse: Browse, hana: User, scored_too_early: Make, terms: Make, minimum: Make
) -> None:
    terms("发货专员", performance="2000.00")
    minimum()

    with time_machine.travel(on(21, 9)):
        scored_too_early(is_closed=True)
        page = text_of(browse(hana).post("/desk/pay/compute/", OCTOBER, follow=True))

    assert "0 pay lines were written. Their month is not over yet: Noor." in page
    assert not PayLine.objects.exists()
