"""What the pages of scores and pay are tested with: closed sheets and their pay."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from apps.core.calendar import SHANGHAI
from apps.org.actors import SYSTEM
from apps.staff.actions import close_sheet, compute_pay, finish_sheet
from apps.staff.models import PayLine, ScoreSheet
from tests.staff.builders import MONTH

Make = Callable[..., Any]
WHO = ("noor", "lin", "leo", "dora", "hana", "otto", "pia")
OCTOBER = {"month": "2026-10"}


@pytest.fixture
def closed(a_sheet: Make, fully: Make, terms: Make, minimum: Make) -> Make:
    """A closed sheet with pay terms: `closed()`; of another person: `closed("85", lin)`."""
    terms("发货专员", performance="2000.00")
    minimum()

    def make(score: str = "85", *whose: Any) -> ScoreSheet:
        sheet = fully(a_sheet(*whose), score, score)
        finish_sheet(sheet.pk, by=SYSTEM)
        return close_sheet(sheet.pk, by=SYSTEM)

    return make


@pytest.fixture
def paid(closed: Make) -> Make:
    """The same with its pay line."""

    def make(score: str = "85") -> PayLine:
        closed(score)
        compute_pay(MONTH, by=SYSTEM)
        return PayLine.objects.get()

    return make


def dt_november() -> Any:
    """A day on which October has ended."""
    return dt.datetime(2026, 11, 3, 10, tzinfo=SHANGHAI)
