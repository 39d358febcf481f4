"""Score sheets at the desk: who comes in, the month's list and its buttons."""

from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import time_machine
from django.test import Client

from apps.audit.models import Export
from apps.documents.models import Document
from apps.org.actors import SYSTEM
from apps.org.models import Store, User
from apps.staff.actions import finish_sheet
from apps.staff.models import ScoreSheet, ScoreTemplate
from tests.desk.pages import text_of
from tests.desk.scoring import OCTOBER, WHO, dt_november
from tests.performance.counting import beyond_who_asks

pytest_plugins = ["tests.staff.builders", "tests.desk.scoring"]
Browse = Callable[..., Client]
Make = Callable[..., Any]
D = Decimal


class TestWhoComesIn:
    """The permission table of these pages."""

    PAGES = {
        "/desk/scores/": {"leo", "dora", "hana"},
        "/desk/pay/": {"hana"},
        "/desk/my-scores/": set(WHO),
    }

    @pytest.mark.parametrize("who", WHO)
    @pytest.mark.parametrize("page", PAGES)
    def test_a_page_opens_for_those_whose_role_has_its_right(
        self, request: pytest.FixtureRequest, browse: Browse, who: str, page: str
    ) -> None:
        answer = browse(request.getfixturevalue(who)).get(page)

        assert answer.status_code == (200 if who in self.PAGES[page] else 403)

    @pytest.mark.parametrize("who", WHO)
    def test_a_sheet_is_there_for_the_person_its_committee_and_hr(
        self, request: pytest.FixtureRequest, browse: Browse, a_sheet: Make, who: str
    ) -> None:
        sheet = a_sheet()
        client = browse(request.getfixturevalue(who))

        answers = {client.get(f"/desk/scores/{sheet.pk}/").status_code} | {
            client.post(f"/desk/scores/{sheet.pk}/{verb}/", {}).status_code for verb in ("totals", "save", "finish")
        }

        assert answers <= ({200, 302} if who in {"noor", "leo", "dora", "hana"} else {404})

    @pytest.mark.parametrize("who", WHO)
    def test_a_pay_slip_is_there_for_the_person_and_hr(
        self, request: pytest.FixtureRequest, browse: Browse, paid: Make, who: str
    ) -> None:
        line = paid()
        client = browse(request.getfixturevalue(who))

        status = client.post(f"/desk/pay/{line.pk}/slip/").status_code

        assert status == (302 if who in {"noor", "hana"} else 404)
        assert Document.objects.count() == (1 if who in {"noor", "hana"} else 0)

    @pytest.mark.parametrize(
        ("address", "may"),
        [
            ("scores/open/", {"hana"}), ("scores/close/", {"hana"}), ("scores/adopt/", {"hana"}),
            ("scores/export/", {"hana", "dora"}), ("pay/compute/", {"hana"}), ("pay/reward/", {"hana"}),
            ("pay/export/", {"hana"}),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("who", ["leo", "dora", "hana", "otto"])
    def test_buttons_of_a_month_ask_for_their_right(
        self, request: pytest.FixtureRequest, browse: Browse, address: str, who: str, may: set[str]
    ) -> None:
        answer = browse(request.getfixturevalue(who)).post(f"/desk/{address}", OCTOBER)

        assert (answer.status_code == 403) is (who not in may)

    def test_a_manager_of_another_store_lists_nobody(
        self, browse: Browse, person: Make, fengdu: Store, a_sheet: Make
    ) -> None:
        a_sheet()

        shown = text_of(browse(person("sven", "manager", stores=(fengdu,))).get("/desk/scores/?month=2026-10"))

        assert "Noor" not in shown
        assert "No score sheet in this month" in shown


class TestTheList:
    """The month by template."""

    def test_each_template_shows_its_duties_the_scores_and_what_is_missing(
        self, browse: Browse, leo: User, a_sheet: Make
    ) -> None:
        a_sheet()

        shown = text_of(browse(leo).get("/desk/scores/?month=2026-10"))

        assert "拣货、质检与发货 45%" in shown
        assert "weights sum to 110" in shown
        assert "committee 11" in shown
        assert "self 12" in shown
        assert '<span class="chip green">100</span>' in shown

    @pytest.mark.parametrize(
        ("tab", "there"), [("open", True), ("scored", False), ("closed", False), ("nonsense", True)]
    )
    def test_tabs_are_states(self, browse: Browse, leo: User, a_sheet: Make, tab: str, there: bool) -> None:
        a_sheet()

        shown = text_of(browse(leo).get(f"/desk/scores/?month=2026-10&tab={tab}"))

        assert ("Noor" in shown) is there

    @pytest.mark.parametrize("month", ["2026-13", "x", "2999-01", "", "0001-01", "1999-12", "9999-12"])
    def test_a_month_that_is_none_is_the_running_one(self, browse: Browse, leo: User, month: str) -> None:
        with time_machine.travel(dt_november(), tick=False):
            shown = text_of(browse(leo).get(f"/desk/scores/?month={month}&page=zz"))

        assert "<h2>2026-11</h2>" in shown

    def test_hr_opens_a_month_and_sees_who_is_left_out(
        self, browse: Browse, hana: User, noor: User, on_staff: Make, printed: Make
    ) -> None:
        printed("发货专员", "shipping")
        on_staff(noor, "发货专员")
        on_staff(None, "配送员", name="白露")
        client = browse(hana)

        answer = client.post("/desk/scores/open/", OCTOBER, follow=True)

        shown = text_of(answer)
        assert "1 sheet was opened." in shown
        assert "白露" in shown
        assert "People without a score sheet" in shown
        assert ScoreSheet.objects.count() == 1

    def test_hr_gives_a_position_a_printed_sheet_and_its_people_theirs(
        self, browse: Browse, hana: User, on_staff: Make
    ) -> None:
        driver = on_staff(None, "配送员", name="白露")
        form = {**OCTOBER, "position": driver.position_id, "sheet": "shipping"}

        answer = browse(hana).post("/desk/scores/adopt/", form, follow=True)
        again = browse(hana).post("/desk/scores/adopt/", form, follow=True)

        assert "The position has a score sheet now." in text_of(answer)
        assert "has a score sheet from this month on already" in text_of(again)
        assert (ScoreTemplate.objects.count(), ScoreSheet.objects.get().employee) == (1, driver)

    def test_hr_closes_what_is_scored(self, browse: Browse, hana: User, a_sheet: Make, fully: Make) -> None:
        sheet = fully(a_sheet())
        finish_sheet(sheet.pk, by=SYSTEM)

        answer = browse(hana).post("/desk/scores/close/", OCTOBER, follow=True)

        sheet.refresh_from_db()
        assert "1 sheet was closed." in text_of(answer)
        assert sheet.state == "closed"

    def test_hr_is_not_offered_to_close_their_own_sheet(
        self, browse: Browse, hana: User, a_sheet: Make, fully: Make
    ) -> None:
        for sheet in (fully(a_sheet()), fully(a_sheet(hana, "人事专员", "service"))):
            finish_sheet(sheet.pk, by=SYSTEM)

        assert "Close 1 scored sheet" in text_of(browse(hana).get("/desk/scores/?month=2026-10"))

    def test_a_form_without_a_month_is_none(self, browse: Browse, hana: User) -> None:
        assert browse(hana).post("/desk/scores/open/", {"month": "x"}).status_code == 404

    def test_the_list_takes_the_same_statements_for_three_people_and_nine(
        self, browse: Browse, hana: User, person: Make, a_sheet: Make
    ) -> None:
        client = browse(hana)

        def shown(count: int, start: int) -> int:
            for nth in range(start, start + count):
                a_sheet(person(f"p{nth}", "warehouse"))
            client.get("/desk/scores/?month=2026-10")
            return len(beyond_who_asks(lambda: client.get("/desk/scores/?month=2026-10")))

        assert shown(3, 0) == shown(6, 3)

    def test_the_month_leaves_as_a_workbook_and_stands_in_the_book(
        self, browse: Browse, hana: User, a_sheet: Make
    ) -> None:
        a_sheet()

        answer = browse(hana).post("/desk/scores/export/", OCTOBER)

        rows = list(
            openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active.iter_rows(values_only=True)
        )
        assert rows[1][1:5] == ("Noor", "仓储部", "发货专员", "Open for scores")
        assert list(Export.objects.values_list("kind", "rows")) == [("score_sheets", 1)]
