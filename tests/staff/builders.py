"""What the tests of staff are made of: two employees of Qinghe with sheets, HR, and a committee.

hana keeps the books on people; leo manages Qinghe, dora directs everything. Noor packs, lin serves customers.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import transaction

from apps.audit.context import signed
from apps.documents.models import Document
from apps.files.actions import keep_file
from apps.files.models import StoredFile
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Employee, Position, Team, User, Warehouse, WarehouseGrant
from apps.parameters.models import ParameterValue
from apps.staff.actions import adopt_sheet, open_month, score_items
from apps.staff.actions.default_coefficients import write_default_coefficients
from apps.staff.actions.score import Given
from apps.staff.models import ItemScore, PayScheme, ScoreItem, ScoreSheet
from apps.workflow.move import move

MONTH = dt.date(2026, 10, 1)
Make = Callable[..., Any]


@pytest.fixture
def hana(person: Make) -> User:
    """HR."""
    return person("hana", "hr", stores=())


@pytest.fixture
def leo(person: Make, warehouse: Warehouse) -> User:
    """The store manager of Qinghe, in whose warehouse noor works."""
    user: User = person("leo", "manager")
    WarehouseGrant.objects.create(user=user, warehouse=warehouse)
    return user


@pytest.fixture
def dora(person: Make) -> User:
    """A director."""
    return person("dora", "director", stores=())


@pytest.fixture
def bands(db: None) -> None:
    """The usual coefficients, as after a migration."""
    write_default_coefficients()


@pytest.fixture
def on_staff(bands: None) -> Callable[..., Employee]:
    """Make a person an employee: `on_staff(noor, "发货专员")`."""
    team = Team.objects.get_or_create(name="运营部")[0]
    running = iter(range(1, 1_000))

    def make(user: User | None, position: str, *, team: Team = team, **columns: Any) -> Employee:
        columns = {"joined_on": dt.date(2024, 1, 8), "name": str(user or "纪南"), **columns}
        place = Position.objects.get_or_create(name=position)[0]
        return Employee.objects.create(number=f"T{next(running):03d}", user=user, team=team, position=place, **columns)

    return make


@pytest.fixture
def printed(bands: None) -> Callable[..., Any]:
    """Judge a position by a printed sheet: `printed("发货专员", "shipping")`."""

    def make(position: str, code: str, month: dt.date = dt.date(2026, 1, 1)) -> Any:
        place = Position.objects.get_or_create(name=position)[0]
        return adopt_sheet(place.pk, code, month=month, by=SYSTEM)

    return make


@pytest.fixture
def a_sheet(noor: User, on_staff: Make, printed: Make) -> Callable[..., ScoreSheet]:
    """Noor's open sheet of a month: `a_sheet()`; of another: `a_sheet(lin, "客服专员", "service")`."""
    others = Team.objects.get_or_create(name="仓储部")[0]

    def make(
        user: User | None = noor, position: str = "发货专员", code: str = "shipping", month: dt.date = MONTH
    ) -> ScoreSheet:
        place = Position.objects.get_or_create(name=position)[0]
        if not place.score_templates.exists():
            printed(position, code)
        person = Employee.objects.filter(user=user).first() if user else None
        person = person or on_staff(user, position, team=others)
        open_month(month, by=SYSTEM)
        return ScoreSheet.objects.get(employee=person, month=month)

    return make


def everything(sheet: ScoreSheet, score: str, comment: str = "据实") -> dict[int, Given]:
    """The same score for every item of a sheet."""
    keys = ScoreItem.objects.filter(template=sheet.template_id).values_list("pk", flat=True)
    return {key: Given(Decimal(score), comment) for key in keys}


def the_person(sheet: ScoreSheet) -> Actor:
    """The one whom a sheet is about; the house for who has no log-in."""
    user = sheet.employee.user
    return Actor.of(user) if user else SYSTEM


@pytest.fixture
def fully(dora: User) -> Callable[..., ScoreSheet]:
    """Give a sheet both voices on every item: `fully(sheet, "80", "96")`."""

    def make(sheet: ScoreSheet, committee: str = "80", own: str = "96", by: User = dora) -> ScoreSheet:
        score_items(sheet.pk, everything(sheet, committee), part=ItemScore.Part.COMMITTEE, by=Actor.of(by))
        score_items(sheet.pk, everything(sheet, own), part=ItemScore.Part.SELF, by=the_person(sheet))
        return sheet

    return make


@pytest.fixture
def terms(db: None) -> Callable[..., PayScheme]:
    """A position's terms: `terms("发货专员", performance="2000.00")`."""

    def make(position: str, *, fixed: str = "0", performance: str = "0", rate: str = "0") -> PayScheme:
        return PayScheme.objects.create(
            position=Position.objects.get_or_create(name=position)[0], effective_from=dt.date(2026, 1, 1),
            fixed_amount=Decimal(fixed), performance_amount=Decimal(performance), commission_rate=Decimal(rate),
        )  # fmt: skip

    return make


@pytest.fixture
def minimum(db: None) -> Callable[..., None]:
    """Set the minimum wage: `minimum("1900.00")`."""

    def make(text: str = "1900.00") -> None:
        with transaction.atomic(), signed("core.seed", by=SYSTEM):
            ParameterValue.objects.create(
                key="staff.minimum_wage", value=text, effective_from=dt.date(2026, 1, 1), reason="当地标准"
            )

    return make


def print_slip(slip: Document) -> None:
    """As the printer would leave it."""
    file = keep_file(
        BytesIO(b"%PDF-1.7 slip"), name=f"{slip.number}.pdf", kind=StoredFile.Kind.EXPORT, by=SYSTEM,
        content_type="application/pdf", kept_for=dt.timedelta(days=1),
    )  # fmt: skip
    with transaction.atomic():
        move(slip.render, by=SYSTEM, also={"file": file, "file_hash": "0" * 64})
