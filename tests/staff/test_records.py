"""The record pages of staff: added from a day on, never changed once it counts."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from apps.org.actors import SYSTEM
from apps.org.models import Position, User
from apps.staff.actions import adopt_sheet
from apps.staff.models import CoefficientBand, PayScheme, ScoreTemplate

pytestmark = pytest.mark.django_db
BACKEND = "apps.org.backend.StandingBackend"
Browse = Callable[[User], Client]


@pytest.fixture
def browse() -> Browse:
    """A logged-in browser that reads English."""

    def make(user: User) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(user, backend=BACKEND)
        return client

    return make


@pytest.fixture
def packer() -> Position:
    return Position.objects.create(name="发货专员")


def _items(*weights: str) -> dict[str, Any]:
    form: dict[str, Any] = {"items-TOTAL_FORMS": len(weights), "items-INITIAL_FORMS": 0}
    for nth, weight in enumerate(weights):
        for name, value in (
            ("place", nth + 1),
            ("duty", "职责"),
            ("name", f"第{nth}项"),
            ("weight", weight),
            ("source", "manual"),
        ):
            form[f"items-{nth}-{name}"] = value
    return form


@pytest.mark.rule("AMB-33")
@pytest.mark.parametrize(("weights", "used"), [(("60", "40"), True), (("60", "50"), False)])
def test_hr_writes_a_sheet_and_takes_it_into_use_when_it_sums_to_a_hundred(
    browse: Browse, hana: User, packer: Position, weights: tuple[str, ...], used: bool
) -> None:
    client = browse(hana)
    form = {"name": "自订", "position": packer.pk, "effective_from": "2026-10-01", "attendance": "", "alert_after": "3"}

    client.post("/admin/staff/scoretemplate/add/", {**form, **_items(*weights)})
    template = ScoreTemplate.objects.get()
    answer = client.post(f"/admin/staff/scoretemplate/{template.pk}/press/activate/", follow=True)

    template.refresh_from_db()
    assert (template.items.count(), template.is_active) == (2, used)
    assert ("sum to 100; these sum to 110" in answer.content.decode()) is not used


def test_a_sheet_in_use_is_only_read(browse: Browse, hana: User, packer: Position) -> None:
    template = adopt_sheet(packer.pk, "shipping", month=dt.date(2026, 10, 1), by=SYSTEM)
    client = browse(hana)

    page = client.get(f"/admin/staff/scoretemplate/{template.pk}/change/")
    answer = client.post(f"/admin/staff/scoretemplate/{template.pk}/change/", {"name": "改名"})

    template.refresh_from_db()
    assert "110%" in page.content.decode()
    assert answer.status_code == 403
    assert template.name == "发货专员考核表"


def test_hr_adds_a_pay_scheme_for_a_position_or_a_person_and_never_changes_it(
    browse: Browse, hana: User, packer: Position
) -> None:
    client = browse(hana)
    form = {
        "effective_from": "2026-10-01", "fixed_amount": "0", "performance_amount": "2000.00", "commission_rate": "0.02",
    }  # fmt: skip

    neither = client.post("/admin/staff/payscheme/add/", form)
    client.post("/admin/staff/payscheme/add/", {**form, "position": packer.pk})
    scheme = PayScheme.objects.get()
    changed = client.post(f"/admin/staff/payscheme/{scheme.pk}/change/", {**form, "performance_amount": "1.00"})

    assert "Choose either a position or an employee." in neither.content.decode()
    assert changed.status_code == 403
    scheme.refresh_from_db()
    assert (scheme.performance_amount, scheme.commission_rate) == (Decimal("2000.00"), Decimal("0.0200"))


@pytest.mark.rule("SEC-25")
def test_records_show_nobodys_pay_scheme_in_figures(browse: Browse, hana: User, packer: Position) -> None:
    client = browse(hana)
    form = {
        "position": packer.pk, "effective_from": "2026-10-01", "fixed_amount": "5678.00", "performance_amount": "1234.00",
        "commission_rate": "0.0765",
    }  # fmt: skip
    client.post("/admin/staff/payscheme/add/", form)
    scheme = PayScheme.objects.get()

    pages = [
        client.get(f"/admin/staff/payscheme/{page}").content.decode()
        for page in ("", f"{scheme.pk}/change/", f"{scheme.pk}/history/")
    ]

    assert ["•••" in page for page in pages] == [True, True, False]
    assert not [figure for page in pages for figure in ("5678", "1234", "0.0765") if figure in page]


def test_a_new_table_of_coefficients_is_added_line_by_line(browse: Browse, hana: User) -> None:
    form = {"effective_from": "2027-01-01", "from_score": "0", "coefficient": "1.1"}

    browse(hana).post("/admin/staff/coefficientband/add/", form)

    assert CoefficientBand.objects.filter(effective_from=dt.date(2027, 1, 1)).count() == 1


@pytest.mark.parametrize("who", ["leo", "dora", "otto"])
def test_nobody_else_reads_pay_schemes(request: pytest.FixtureRequest, browse: Browse, who: str) -> None:
    assert browse(request.getfixturevalue(who)).get("/admin/staff/payscheme/").status_code == 403
