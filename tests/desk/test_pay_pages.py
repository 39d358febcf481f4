"""Pay at the desk: the month's lines, one's own page with its slips, and what home says."""

import re
import uuid
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import time_machine
from django.test import Client

from apps.audit.models import Export, Reveal
from apps.org.actors import SYSTEM, Actor
from apps.org.models import User
from apps.staff.actions import close_sheet, compute_pay, finish_sheet, give_reward, issue_slip, reopen_sheet
from apps.staff.models import PayLine, Reward
from tests.desk.pages import text_of
from tests.desk.scoring import OCTOBER, dt_november
from tests.performance.counting import beyond_who_asks
from tests.staff.builders import MONTH, print_slip

pytest_plugins = ["tests.staff.builders", "tests.desk.scoring"]
Browse = Callable[..., Client]
Make = Callable[..., Any]
D = Decimal


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
        plain = client.post("/desk/pay/reveal/", {**OCTOBER, "purpose": "check_pay"})

        shown = text_of(plain)
        assert Reward.objects.count() == 1
        assert "1 pay line was written." in text_of(answer)
        assert "2,000.00 × 1.2 + 15.00" in shown
        assert "¥2,415.00" in shown

    @pytest.mark.rule("SEC-25")
    def test_figures_of_pay_are_shown_once_for_a_purpose_that_is_written_down(
        self, browse: Browse, hana: User, paid: Make
    ) -> None:
        give_reward(
            paid("85").sheet.employee_id,
            MONTH,
            amount=D("15.00"),
            reason="差评改好",
            key=uuid.uuid4(),
            by=Actor.of(hana),
        )
        client = browse(hana)

        masked = text_of(client.get("/desk/pay/?month=2026-10"))
        looked = Reveal.objects.count()
        plain = client.post("/desk/pay/reveal/", {**OCTOBER, "purpose": "other", "note": "对账"})
        again = text_of(client.get("/desk/pay/?month=2026-10"))

        for figure in ("2,000.00", "2,400.00", "15.00"):
            assert [figure in page for page in (masked, text_of(plain), again)] == [False, True, False]
        assert (looked, plain["Cache-Control"]) == (0, "no-store")
        assert list(Reveal.objects.values_list("user", "store", "subject", "purpose", "note")) == [
            (hana.pk, None, "staff.payline:2026-10", "other", "对账")
        ]

    @pytest.mark.parametrize("purpose", [{}, {"purpose": "courier"}, {"purpose": "other", "note": " "}])
    def test_without_a_purpose_no_figure_is_shown_and_nothing_is_written_down(
        self, browse: Browse, hana: User, paid: Make, purpose: dict[str, str]
    ) -> None:
        paid("85")

        shown = text_of(browse(hana).post("/desk/pay/reveal/", {**OCTOBER, **purpose}, follow=True))

        assert "Say for which purpose you need to see the pay." in shown
        assert "2,400.00" not in shown
        assert not Reveal.objects.exists()

    def test_who_may_not_see_pay_reveals_none(self, browse: Browse, dora: User, paid: Make) -> None:
        paid("85")

        answer = browse(dora).post("/desk/pay/reveal/", {**OCTOBER, "purpose": "check_pay"})

        assert answer.status_code == 403
        assert not Reveal.objects.exists()

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

        plain = client.post("/desk/pay/reveal/", {**OCTOBER, "purpose": "check_pay"})
        pages = [text_of(plain), text_of(browse(noor).get("/desk/my-scores/"))]

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

        client = browse(hana)

        refused = text_of(client.post("/desk/pay/export/", OCTOBER, follow=True))
        taken = Export.objects.count()
        answer = client.post("/desk/pay/export/", {**OCTOBER, "purpose": "pay_out"})

        rows = list(
            openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active.iter_rows(values_only=True)
        )
        assert "Say for which purpose you need to see the pay." in refused
        assert (taken, rows[1][1]) == (0, "Noor")
        assert list(Export.objects.values_list("user", "kind", "rows")) == [(hana.pk, "pay", 1)]

    @pytest.mark.rule("SEC-25")
    def test_hr_takes_somebodys_slip_for_a_purpose(self, browse: Browse, hana: User, paid: Make) -> None:
        line = paid()
        print_slip(issue_slip(line.pk, by=Actor.of(hana)))
        client, address = browse(hana), f"/desk/pay/{line.pk}/slip/pdf/"

        shown = text_of(client.get("/desk/pay/?month=2026-10"))
        refused = text_of(client.get(address, follow=True))
        answer = client.post(address, {"purpose": "asked"})

        assert f'id="slip-{line.pk}-purpose"' in shown
        assert "Say for which purpose you need to see the pay." in refused
        assert b"".join(answer) == b"%PDF-1.7 slip"
        assert Reveal.objects.count() == 1

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
