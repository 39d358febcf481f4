"""One score sheet at the desk: both voices, events, attendance, extra points, and its way to closed."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from apps.core.calendar import SHANGHAI
from apps.org.actors import SYSTEM
from apps.org.models import User
from apps.staff.actions import finish_sheet
from apps.staff.models import ItemScore
from tests.desk.pages import text_of
from tests.staff.test_scoring import event_item, first_item

pytest_plugins = ["tests.staff.builders", "tests.desk.scoring"]
Browse = Callable[..., Client]
Make = Callable[..., Any]
D = Decimal


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

    def test_while_the_month_runs_the_button_says_from_which_day_on_it_works(
        self, browse: Browse, leo: User, a_sheet: Make, fully: Make
    ) -> None:
        with time_machine.travel(dt.datetime(2026, 10, 31, 23, 59, tzinfo=SHANGHAI), tick=False):
            sheet = fully(a_sheet())
            page = text_of(browse(leo).get(f"/desk/scores/{sheet.pk}/"))
            refused = browse(leo, htmx="sheet").post(f"/desk/scores/{sheet.pk}/finish/")

        sheet.refresh_from_db()
        assert "Finish scoring: The month is not over yet. This is possible from 2026-11-01 on;" in page
        assert "This is possible from 2026-11-01 on;" in text_of(refused)
        assert sheet.state == "open"

    def test_what_stands_in_the_boxes_is_said_with_the_press_that_finishes(
        self, browse: Browse, leo: User, dora: User, a_sheet: Make, fully: Make
    ) -> None:
        sheet = fully(a_sheet())
        key = first_item(sheet).pk
        client = browse(dora, htmx="sheet")
        form = {"voice": "committee", f"score-{key}": "100", f"comment-{key}": "补记"}

        wrong = client.post(f"/desk/scores/{sheet.pk}/finish/", {**form, f"score-{key}": "101"})
        sheet.refresh_from_db()
        state = sheet.state
        client.post(f"/desk/scores/{sheet.pk}/finish/", form)

        sheet.refresh_from_db()
        assert "A score lies between 0 and 100" in text_of(wrong)
        assert (state, sheet.state) == ("open", "scored")
        assert sheet.scores.get(part="committee", item_id=key).score == D(100)
        assert sheet.committee_score > D(80)

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
