"""Which sheet a position is judged by, and what the database keeps of it."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from apps.audit.context import signed
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Position, User
from apps.staff.actions import activate_template, adopt_sheet
from apps.staff.models import ScoreItem, ScoreTemplate

Make = Callable[..., Any]
pytestmark = pytest.mark.django_db


@pytest.fixture
def packer() -> Position:
    return Position.objects.create(name="发货专员")


def _own(position: Position, *weights: str) -> ScoreTemplate:
    template = ScoreTemplate.objects.create(position=position, name="自订", effective_from=dt.date(2026, 3, 1))
    for place, weight in enumerate(weights, start=1):
        ScoreItem.objects.create(
            template=template, place=place, duty="职责", name=f"第{place}项", weight=Decimal(weight)
        )
    return template


@pytest.mark.rule("STF-76", "STF-77", "STF-78", "AMB-33")
def test_a_printed_sheet_is_adopted_with_its_weights_as_printed(packer: Position, hana: User) -> None:
    template = adopt_sheet(packer.pk, "shipping", month=dt.date(2026, 3, 17), by=Actor.of(hana))

    assert (template.effective_from, template.is_active, template.as_printed) == (dt.date(2026, 3, 1), True, True)
    assert (template.items.count(), template.weights, template.alert_after) == (12, Decimal("110.00"), 3)
    assert template.items.get(name="按时打包发货").source == "shipped_in_time"


def test_a_position_has_one_sheet_from_a_month_on(packer: Position) -> None:
    adopt_sheet(packer.pk, "shipping", month=dt.date(2026, 3, 1), by=SYSTEM)

    with pytest.raises(Conflict):
        adopt_sheet(packer.pk, "service", month=dt.date(2026, 3, 31), by=SYSTEM)
    later = adopt_sheet(packer.pk, "service", month=dt.date(2026, 4, 1), by=SYSTEM)

    in_force = {
        day: ScoreTemplate.objects.in_force(day).get().name for day in (dt.date(2026, 3, 31), dt.date(2026, 4, 1))
    }
    assert in_force == {dt.date(2026, 3, 31): "发货专员考核表", dt.date(2026, 4, 1): later.name}


def test_a_sheet_that_is_not_there_is_not_adopted(packer: Position, leo: User) -> None:
    with pytest.raises(NotFound):
        adopt_sheet(packer.pk, "unknown", month=dt.date(2026, 3, 1), by=SYSTEM)
    with pytest.raises(NotAllowed):
        adopt_sheet(packer.pk, "shipping", month=dt.date(2026, 3, 1), by=Actor.of(leo))

    assert not ScoreTemplate.objects.exists()


@pytest.mark.rule("AMB-33")
def test_a_sheet_of_ones_own_comes_into_use_only_with_a_hundred(packer: Position, hana: User) -> None:
    template = _own(packer, "60", "50")

    with pytest.raises(Invalid, match="110"):
        activate_template(template.pk, by=Actor.of(hana))
    template.items.filter(place=2).update(weight=Decimal(40))
    activate_template(template.pk, by=Actor.of(hana))

    template.refresh_from_db()
    assert template.is_active


@pytest.mark.rule("AMB-33")
def test_the_database_refuses_another_sum_whoever_asks(packer: Position) -> None:
    template = _own(packer, "60", "50")

    with pytest.raises(DatabaseError, match="sum to 100"), transaction.atomic():
        ScoreTemplate.objects.filter(pk=template.pk).update(is_active=True)

    template.refresh_from_db()
    assert not template.is_active


def test_the_items_of_a_sheet_in_use_stay_as_they_are(packer: Position) -> None:
    template = adopt_sheet(packer.pk, "shipping", month=dt.date(2026, 3, 1), by=SYSTEM)

    for act in (
        lambda: template.items.filter(place=1).update(weight=Decimal(90)),
        lambda: template.items.filter(place=1).delete(),
        lambda: ScoreItem.objects.create(template=template, place=99, duty="x", name="x", weight=Decimal(1)),
    ):
        with pytest.raises(DatabaseError, match="stay as they are"), transaction.atomic(), signed("x.y.z", by=SYSTEM):
            act()

    assert template.weights == Decimal("110.00")
