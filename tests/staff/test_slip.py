"""The pay slip as it is printed, in Chinese and in English."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.documents.actions.render import printed
from apps.documents.models import Document
from apps.documents.render_server import render_server
from apps.org.actors import SYSTEM, Actor
from apps.org.models import User
from apps.staff.actions import close_sheet, compute_pay, finish_sheet, issue_slip
from apps.staff.models import PayLine
from tests.documents.conftest import text_of
from tests.staff.builders import MONTH

Make = Callable[..., Any]
pytestmark = pytest.mark.django_db


@pytest.mark.rule("STF-123", "OUT-07")
def test_the_printed_slip_shows_every_part_with_its_formula(
    hana: User, a_sheet: Make, fully: Make, terms: Make, minimum: Make
) -> None:
    sheet = fully(a_sheet(), "60", "60")
    finish_sheet(sheet.pk, by=SYSTEM)
    close_sheet(sheet.pk, by=SYSTEM)
    terms("发货专员", fixed="500.00", performance="2000.00")
    minimum("1900.00")
    compute_pay(MONTH, by=SYSTEM)

    slip = issue_slip(PayLine.objects.get().pk, by=Actor.of(hana))

    text = text_of(printed(Document.objects.get(pk=slip.pk), render_server()))
    for words in (
        "Noor", "发货专员", "2026-10", "60.00", "500.00", "2,000.00 × 0.5", "1,000.00", "1,900.00 − 1,500.00", "400.00",
        "1,900.00", slip.number,
    ):  # fmt: skip
        assert words in text
