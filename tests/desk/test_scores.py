"""Score sheets and pay at the desk: who comes in, what the pages say, what the buttons do and refuse."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import time_machine
from django.test import Client

from apps.audit.models import Export
from apps.core.calendar import SHANGHAI
from apps.documents.models import Document
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, User
from apps.staff.actions import close_sheet, compute_pay, finish_sheet, issue_slip, reopen_sheet
from apps.staff.models import ItemScore, PayLine, Reward, ScoreSheet, ScoreTemplate
from tests.performance.counting import beyond_who_asks
from tests.staff.builders import MONTH
from tests.staff.test_scoring import event_item, first_item

pytest_plugins = ["tests.staff.builders"]
Browse = Callable[..., Client]
Make = Callable[..., Any]
D = Decimal
WHO = ("noor", "lin", "leo", "dora", "hana", "otto", "pia")
OCTOBER = {"month": "2026-10"}


def text_of(answer: Any) -> str:
    """The page as text, in one line."""
    return re.sub(r"\s+", " ", answer.content.decode())


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


class TestOneSheet:
    """Scoring on the page."""

    def test_a_member_of_the_committee_saves_scores_and_sees_the_sheet_again(
        self, browse: Browse, leo: User, a_sheet: Make
    ) -> None:
        sheet = a_sheet()
        item = first_item(sheet)

        answer = browse(leo, htmx="sheet").post(
            f"/desk/scores/{sheet.pk}/save/",
            {"voice": "committee", f"score-{item.pk}": "88.5", f"comment-{item.pk}": "好"},
        )

        row = sheet.scores.get(part="committee")
        assert (row.score, row.comment, row.member) == (D("88.50"), "好", leo)
        assert "The scores were saved." in answer.headers["HX-Trigger"]
        assert 'value="88.5"' in text_of(answer)

    def test_without_scripts_the_browser_comes_back_to_the_sheet(
        self, browse: Browse, leo: User, a_sheet: Make
    ) -> None:
        sheet = a_sheet()

        answer = browse(leo).post(
            f"/desk/scores/{sheet.pk}/save/", {"voice": "committee", f"score-{first_item(sheet).pk}": "70"}
        )

        assert (answer.status_code, answer.url) == (302, f"/desk/scores/{sheet.pk}/")
        assert sheet.scores.filter(part="committee").count() == 1

    @pytest.mark.parametrize("wrong", ["101", "-1", "abc", "NaN", "80.123", "１０１"])
    def test_a_wrong_score_saves_nothing_and_what_was_typed_stays(
        self, browse: Browse, leo: User, a_sheet: Make, wrong: str
    ) -> None:
        sheet = a_sheet()
        item = first_item(sheet)
        other = sheet.template.items.exclude(pk=item.pk).filter(source="manual").first()

        answer = browse(leo, htmx="sheet").post(
            f"/desk/scores/{sheet.pk}/save/",
            {"voice": "committee", f"score-{item.pk}": wrong, f"score-{other.pk}": "77", f"comment-{other.pk}": "<b>"},
        )

        shown = text_of(answer)
        assert "A score lies between 0 and 100" in shown
        assert f'value="{wrong}"' in shown
        assert 'value="77"' in shown
        assert 'value="&lt;b&gt;"' in shown
        assert not sheet.scores.filter(part="committee").exists()

    def test_events_are_overruled_with_a_reason_and_both_stay_visible(
        self, browse: Browse, leo: User, a_sheet: Make
    ) -> None:
        sheet = a_sheet()
        item = event_item(sheet)
        client = browse(leo, htmx="sheet")
        form = {"voice": "committee", f"score-{item.pk}": "40"}

        refused = client.post(f"/desk/scores/{sheet.pk}/save/", form)
        done = client.post(f"/desk/scores/{sheet.pk}/save/", {**form, f"comment-{item.pk}": "两次未接电话"})

        assert "gets another score than the events give" in text_of(refused)
        shown = text_of(done)
        assert '<span class="chip struck">100</span>' in shown
        assert "“两次未接电话”" in shown

    def test_totals_follow_what_stands_in_the_boxes_and_save_nothing(
        self, browse: Browse, leo: User, a_sheet: Make, fully: Make
    ) -> None:
        sheet = fully(a_sheet(), "80", "96")
        items = sheet.template.items.all()
        form = {"voice": "committee", **{f"score-{item.pk}": "62" for item in items}}

        answer = browse(leo, htmx="totals").post(f"/desk/scores/{sheet.pk}/totals/", form)
        wrong = browse(leo, htmx="totals").post(f"/desk/scores/{sheet.pk}/totals/", {f"score-{items[0].pk}": "x"})

        assert "75% × 62.00 + 25% × 96.00 + 0 = 70.50" in text_of(answer)
        assert "not saved yet" in text_of(answer)
        assert "A score lies between 0 and 100" in text_of(wrong)
        assert not ItemScore.objects.filter(member=leo).exists()

    @pytest.mark.rule("STF-71")
    def test_the_employee_assesses_their_month_and_sees_the_committee_only_afterwards(
        self, browse: Browse, noor: User, a_sheet: Make, fully: Make
    ) -> None:
        sheet = fully(a_sheet(), "61", "96")
        client = browse(noor)
        item = first_item(sheet)

        before = text_of(client.get(f"/desk/scores/{sheet.pk}/"))
        client.post(f"/desk/scores/{sheet.pk}/save/", {"voice": "self", f"score-{item.pk}": "90"})
        own = sheet.scores.get(part="self", item=item).score
        finish_sheet(sheet.pk, by=SYSTEM)
        after = text_of(client.get(f"/desk/scores/{sheet.pk}/"))

        assert "You see the committee&#x27;s scores once" in before or "You see the committee's scores once" in before
        assert ">61<" not in before
        assert own == D(90)
        assert ">61<" in after
        assert "Save the self-assessment" not in after

    def test_an_employee_cannot_speak_for_the_committee_by_changing_the_form(
        self, browse: Browse, noor: User, a_sheet: Make
    ) -> None:
        sheet = a_sheet()
        form = {f"score-{first_item(sheet).pk}": "100"}

        answers = [
            text_of(browse(noor, htmx="sheet").post(f"/desk/scores/{sheet.pk}/save/", {**form, "voice": voice}))
            for voice in ("committee", "event", "")
        ]

        assert all('role="alert"' in answer for answer in answers)
        assert not sheet.scores.exclude(part="event").exists()

    def test_attendance_and_extra_points_are_written_down(self, browse: Browse, leo: User, a_sheet: Make) -> None:
        sheet = a_sheet()
        client = browse(leo, htmx="sheet")

        client.post(f"/desk/scores/{sheet.pk}/attendance/", {"happened-absent": "1", "happened-unanswered": "2"})
        wrong = client.post(f"/desk/scores/{sheet.pk}/attendance/", {"happened-absent": "-1"})
        client.post(f"/desk/scores/{sheet.pk}/extra/", {"points": "4.5", "what_for": "大促值班"})
        worse = client.post(f"/desk/scores/{sheet.pk}/extra/", {"points": "abc", "what_for": "x"})

        sheet.refresh_from_db()
        page = text_of(client.get(f"/desk/scores/{sheet.pk}/"))
        assert "Extra points given" in page
        assert "extra points: 0 → 4.5" in page
        assert sheet.scores.get(item__source="attendance").score == D(60)
        assert (sheet.extra, sheet.extra_for) == (D("4.50"), "大促值班")
        assert "A count is a whole number from 0 to 99." in text_of(wrong)
        assert "Please give a number" in text_of(worse)

    def test_hr_has_no_boxes_on_the_sheet_of_a_person_with_a_log_in(
        self, browse: Browse, hana: User, a_sheet: Make
    ) -> None:
        sheets = a_sheet(), a_sheet(None, "配送员")

        pages = [text_of(browse(hana).get(f"/desk/scores/{sheet.pk}/")) for sheet in sheets]

        assert ["Save the self-assessment" in page for page in pages] == [False, True]

    def test_a_button_says_why_it_does_nothing_yet(self, browse: Browse, leo: User, a_sheet: Make, fully: Make) -> None:
        sheet = a_sheet()
        page = text_of(browse(leo).get(f"/desk/scores/{sheet.pk}/"))

        refused = browse(leo, htmx="sheet").post(f"/desk/scores/{sheet.pk}/finish/")
        fully(sheet)
        done = browse(leo, htmx="sheet").post(f"/desk/scores/{sheet.pk}/finish/")

        assert "Finish scoring: The committee has not scored every item yet." in page
        assert "The committee has not scored every item yet." in text_of(refused)
        assert "75% × 80.00 + 25% × 96.00 + 0 = 84.00" in text_of(done)

    def test_hr_closes_and_opens_again_with_a_reason(
        self, browse: Browse, hana: User, a_sheet: Make, fully: Make
    ) -> None:
        sheet = fully(a_sheet())
        client = browse(hana, htmx="sheet")

        for verb, form in (("finish", {}), ("close", {}), ("reopen", {"reason": ""}), ("reopen", {"reason": "漏记"})):
            answer = client.post(f"/desk/scores/{sheet.pk}/{verb}/", form)
            sheet.refresh_from_db()
            assert (verb, form.get("reason"), sheet.state) in {
                ("finish", None, "scored"), ("close", None, "closed"), ("reopen", "", "closed"), ("reopen", "漏记", "open"),
            }  # fmt: skip

        assert "漏记" in text_of(answer)

    def test_what_is_no_verb_is_not_there(self, browse: Browse, leo: User, a_sheet: Make) -> None:
        assert browse(leo).post(f"/desk/scores/{a_sheet().pk}/destroy/").status_code == 404

    def test_a_sheet_reads_in_chinese(self, browse: Browse, leo: User, a_sheet: Make) -> None:
        assert browse(leo, language="zh-hans").get(f"/desk/scores/{a_sheet().pk}/").status_code == 200


class TestMyPage:
    """Everybody's own months."""

    @pytest.mark.rule("STF-71", "STF-73")
    def test_my_page_shows_score_coefficient_and_pay_with_its_formula(
        self, browse: Browse, noor: User, paid: Make
    ) -> None:
        paid("85")

        shown = text_of(browse(noor).get("/desk/my-scores/"))

        assert "2026-10" in shown
        assert "<dd> 1.2 </dd>" in shown
        assert "2,000.00 × 1.2" in shown
        assert "¥2,400.00" in shown

    def test_an_open_month_asks_for_the_self_assessment(self, browse: Browse, noor: User, a_sheet: Make) -> None:
        a_sheet()

        shown = text_of(browse(noor).get("/desk/my-scores/"))

        assert "You have assessed 0 of 12 items." in shown
        assert "Assess yourself" in shown

    def test_while_a_sheet_is_corrected_its_old_pay_does_not_stand(
        self, browse: Browse, noor: User, hana: User, paid: Make
    ) -> None:
        line = paid()
        browse(hana).post(f"/desk/scores/{line.sheet_id}/reopen/", {"reason": "漏记"})

        assert "¥2,400.00" not in text_of(browse(noor).get("/desk/my-scores/"))

    def test_a_log_in_without_an_employee_and_an_employee_without_a_sheet_read_why(
        self, browse: Browse, pia: User, lin: User, on_staff: Make
    ) -> None:
        on_staff(lin, "客服专员")

        assert "This log-in belongs to no employee" in text_of(browse(pia).get("/desk/my-scores/"))
        assert "No score sheet yet" in text_of(browse(lin).get("/desk/my-scores/"))

    def test_a_slip_is_asked_for_and_taken_once_it_is_printed(self, browse: Browse, noor: User, paid: Make) -> None:
        line = paid()
        client = browse(noor)

        missing = client.get(f"/desk/pay/{line.pk}/slip/pdf/", follow=True)
        asked = client.post(f"/desk/pay/{line.pk}/slip/", follow=True)
        early = client.get(f"/desk/pay/{line.pk}/slip/pdf/", follow=True)

        assert "has not been issued yet" in text_of(missing)
        assert "The pay slip is being printed" in text_of(asked)
        assert "is not printed yet" in text_of(early)
        assert not Export.objects.exists()


class TestPay:
    """HR's month."""

    def test_hr_computes_rewards_and_sees_the_sum(self, browse: Browse, hana: User, closed: Make) -> None:
        sheet = closed("85")
        client = browse(hana)
        key = re.search(r'name="key" value="([^"]+)"', text_of(client.get("/desk/pay/?month=2026-10"))).group(1)
        form = {**OCTOBER, "key": key, "employee": sheet.employee_id, "amount": "15.00", "reason": "差评改好"}

        client.post("/desk/pay/reward/", form)
        client.post("/desk/pay/reward/", form)
        answer = client.post("/desk/pay/compute/", OCTOBER, follow=True)

        shown = text_of(answer)
        assert Reward.objects.count() == 1
        assert "1 pay line was written." in shown
        assert "2,000.00 × 1.2 + 15.00" in shown
        assert "¥2,415.00" in shown

    def test_people_without_a_pay_scheme_are_named(
        self, browse: Browse, hana: User, a_sheet: Make, fully: Make, minimum: Make
    ) -> None:
        sheet = fully(a_sheet())
        finish_sheet(sheet.pk, by=SYSTEM)
        close_sheet(sheet.pk, by=SYSTEM)
        minimum()

        shown = text_of(browse(hana).post("/desk/pay/compute/", OCTOBER, follow=True))

        assert "Without a pay scheme: Noor." in shown
        assert "no pay scheme" in shown

    def test_without_a_minimum_wage_the_page_says_so_and_nothing_is_computed(
        self, browse: Browse, hana: User, a_sheet: Make, fully: Make
    ) -> None:
        sheet = fully(a_sheet())
        finish_sheet(sheet.pk, by=SYSTEM)
        close_sheet(sheet.pk, by=SYSTEM)

        page = text_of(browse(hana).get("/desk/pay/?month=2026-10"))
        refused = text_of(browse(hana).post("/desk/pay/compute/", OCTOBER, follow=True))

        assert "The local minimum wage is not set" in page
        assert "Set the local minimum wage among the parameters first" in refused
        assert not PayLine.objects.exists()

    def test_old_pay_is_neither_shown_nor_summed_after_a_sheet_was_opened_again(
        self, browse: Browse, hana: User, noor: User, paid: Make
    ) -> None:
        sheet = paid("85").sheet
        client = browse(hana)
        client.post(f"/desk/scores/{sheet.pk}/reopen/", {"reason": "漏记"})
        finish_sheet(sheet.pk, by=SYSTEM)
        client.post(f"/desk/scores/{sheet.pk}/close/")

        pages = [text_of(client.get("/desk/pay/?month=2026-10")), text_of(browse(noor).get("/desk/my-scores/"))]

        assert "Sum ¥0.00" in pages[0]
        assert ["¥2,400.00" in page for page in pages] == [False, False]

    def test_one_is_not_among_the_people_to_whom_one_gives_a_reward(
        self, browse: Browse, hana: User, a_sheet: Make
    ) -> None:
        other, own = a_sheet(), a_sheet(hana, "人事专员", "service")

        shown = text_of(browse(hana).get("/desk/pay/?month=2026-10"))

        assert f'<option value="{other.employee_id}">' in shown
        assert f'<option value="{own.employee_id}">' not in shown

    @pytest.mark.parametrize("amount", ["abc", "-5", "0", ""])
    def test_a_wrong_reward_is_refused_with_its_sentence(
        self, browse: Browse, hana: User, closed: Make, amount: str
    ) -> None:
        sheet = closed()
        form = {**OCTOBER, "key": "9f1c7f6e-2a52-4a39-8f3d-8a55e3f6f0aa", "employee": sheet.employee_id, "reason": "x"}

        answer = browse(hana).post("/desk/pay/reward/", {**form, "amount": amount}, follow=True)

        assert re.search("Give an amount|Please give a number", text_of(answer))
        assert not Reward.objects.exists()

    def test_pay_leaves_as_a_workbook_and_stands_in_the_book(self, browse: Browse, hana: User, paid: Make) -> None:
        paid()

        answer = browse(hana).post("/desk/pay/export/", OCTOBER)

        rows = list(
            openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active.iter_rows(values_only=True)
        )
        assert rows[1][1] == "Noor"
        assert list(Export.objects.values_list("user", "kind", "rows")) == [(hana.pk, "pay", 1)]

    def test_an_empty_month_says_where_pay_comes_from(self, browse: Browse, hana: User) -> None:
        assert "Pay is worked out from closed score sheets." in text_of(browse(hana).get("/desk/pay/"))

    def test_a_director_who_reads_all_papers_does_not_find_pay_slips(
        self, browse: Browse, dora: User, hana: User, paid: Make
    ) -> None:
        slip = issue_slip(paid().pk, by=Actor.of(hana))
        client = browse(dora)

        assert slip.number not in text_of(client.get("/desk/papers/"))
        assert client.get(f"/desk/papers/{slip.pk}/").status_code == 404

    def test_the_month_of_pay_takes_the_same_statements_for_three_people_and_nine(
        self, browse: Browse, hana: User, person: Make, closed: Make
    ) -> None:
        client = browse(hana)

        def shown(count: int, start: int) -> int:
            for nth in range(start, start + count):
                closed("85", person(f"p{nth}", "warehouse"))
            compute_pay(MONTH, by=SYSTEM)
            client.get("/desk/pay/?month=2026-10")
            return len(beyond_who_asks(lambda: client.get("/desk/pay/?month=2026-10")))

        assert shown(3, 0) == shown(6, 3)


class TestHome:
    """HR's first page, and the committee's tile."""

    def test_hr_sees_how_far_the_month_is_and_who_is_left_out(
        self, browse: Browse, hana: User, a_sheet: Make, on_staff: Make
    ) -> None:
        a_sheet()
        on_staff(None, "配送员", name="白露")

        with time_machine.travel(dt_november(), tick=False):
            shown = text_of(browse(hana).get("/desk/"))

        assert "<b>1</b><small>sheets that wait for scores</small>" in shown
        assert "committee 11 · self 12" in shown
        assert "白露" in shown
        assert "Nobody is below the limit for long." in shown

    def test_hr_sees_that_a_corrected_sheet_waits_for_its_pay_again(
        self, browse: Browse, hana: User, paid: Make
    ) -> None:
        sheet = paid("85").sheet

        with time_machine.travel(dt_november(), tick=False):
            before = text_of(browse(hana).get("/desk/"))
            reopen_sheet(sheet.pk, reason="漏记", by=SYSTEM)
            finish_sheet(sheet.pk, by=SYSTEM)
            close_sheet(sheet.pk, by=SYSTEM)
            after = text_of(browse(hana).get("/desk/"))

        assert "<b>0</b><small>closed sheets without pay</small>" in before
        assert "<b>1</b><small>closed sheets without pay</small>" in after

    def test_hrs_first_page_takes_the_same_statements_for_three_people_and_nine(
        self, browse: Browse, hana: User, person: Make, a_sheet: Make
    ) -> None:
        def shown(count: int, start: int) -> int:
            for nth in range(start, start + count):
                a_sheet(person(f"p{nth}", "warehouse"))
            with time_machine.travel(dt_november(), tick=False):
                client = browse(hana)
                client.get("/desk/")
                return len(beyond_who_asks(lambda: client.get("/desk/")))

        assert shown(3, 0) == shown(6, 3)

    def test_the_committee_sees_how_many_sheets_wait_for_it(
        self, browse: Browse, leo: User, dora: User, a_sheet: Make, fully: Make
    ) -> None:
        sheet = a_sheet()

        with time_machine.travel(dt_november(), tick=False):
            before = text_of(browse(leo).get("/desk/"))
            fully(sheet)
            after = text_of(browse(leo).get("/desk/"))

        assert "<b>1</b><small>score sheets to score</small>" in before
        assert "<b>0</b><small>score sheets to score</small>" in after


def dt_november() -> Any:
    """A day on which October has ended."""
    return dt.datetime(2026, 11, 3, 10, tzinfo=SHANGHAI)
