"""Two voices on a sheet, extra points, and how it is finished, closed and opened again."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from apps.audit.context import signed
from apps.audit.queries import timeline_of
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.core.invariants import broken
from apps.notices.models import Notice
from apps.org.actors import SYSTEM, Actor
from apps.org.models import User
from apps.org.scope import visible
from apps.staff.actions import close_month, close_sheet, finish_sheet, reopen_sheet, score_items, set_extra
from apps.staff.actions.score import Given
from apps.staff.models import CoefficientBand, ItemScore, ScoreItem, ScoreSheet
from apps.staff.queries.alerts import low_months
from apps.staff.queries.sheets import bands_of, lines_of, results_of, with_progress
from apps.staff.rules.months import next_month, previous_month
from apps.workflow.move import IllegalMove
from tests.performance.counting import statements_of
from tests.staff.builders import MONTH, everything, the_person

Make = Callable[..., Any]
D = Decimal
pytestmark = pytest.mark.django_db
COMMITTEE, SELF = ItemScore.Part.COMMITTEE, ItemScore.Part.SELF


def first_item(sheet: ScoreSheet) -> ScoreItem:
    """An item that people score."""
    return ScoreItem.objects.filter(template=sheet.template_id, source="manual").order_by("place")[0]


def event_item(sheet: ScoreSheet) -> ScoreItem:
    """The attendance item, which events score."""
    return ScoreItem.objects.get(template=sheet.template_id, source="attendance")


class TestWhoSees:
    """A foreign sheet does not exist."""

    def test_each_sees_their_own_the_committee_its_people_and_hr_everybody(
        self, request: pytest.FixtureRequest, a_sheet: Make
    ) -> None:
        noors, lins = a_sheet(), a_sheet(request.getfixturevalue("lin"), "客服专员", "service")
        seen = {
            who: set(visible(ScoreSheet.objects.all(), Actor.of(request.getfixturevalue(who))))
            for who in ("noor", "lin", "leo", "dora", "hana", "otto", "foreigner")
        }

        assert seen == {
            "noor": {noors}, "lin": {lins}, "leo": {noors, lins}, "dora": {noors, lins}, "hana": {noors, lins},
            "otto": set(), "foreigner": set(),
        }  # fmt: skip

    @pytest.mark.rule("STF-140")
    def test_members_of_the_committee_are_assessed_by_whoever_sees_all_stores(
        self, leo: User, dora: User, person: Make, a_sheet: Make
    ) -> None:
        other = person("max", "manager")
        sheet = a_sheet(other, "店长", "service")

        assert list(visible(ScoreSheet.objects.all(), Actor.of(leo))) == []
        assert list(visible(ScoreSheet.objects.all(), Actor.of(other))) == [sheet]
        assert list(visible(ScoreSheet.objects.all(), Actor.of(dora))) == [sheet]

    def test_a_person_without_a_log_in_is_seen_through_the_team(
        self, leo: User, on_staff: Make, printed: Make, a_sheet: Make
    ) -> None:
        on_staff(leo, "店长")
        printed("美工编辑", "artwork")
        artist = on_staff(None, "美工编辑")
        a_sheet()

        seen = visible(ScoreSheet.objects.all(), Actor.of(leo)).values_list("employee", flat=True)

        assert artist.pk in seen

    def test_scoring_a_foreign_sheet_is_scoring_one_that_is_not_there(
        self, a_sheet: Make, person: Make, fengdu: Any
    ) -> None:
        sheet, stranger = a_sheet(), person("sven", "manager", stores=(fengdu,))

        with pytest.raises(NotFound):
            score_items(sheet.pk, everything(sheet, "10"), part=COMMITTEE, by=Actor.of(stranger))

        assert not sheet.scores.exclude(part="event").exists()


class TestScoring:
    """What is written down, and what is refused with nothing changed."""

    @pytest.mark.rule("STF-71")
    def test_members_of_the_committee_score_side_by_side_and_their_mean_counts(
        self, leo: User, dora: User, a_sheet: Make
    ) -> None:
        sheet = a_sheet()
        item = first_item(sheet)

        score_items(sheet.pk, {item.pk: Given(D(80))}, part=COMMITTEE, by=Actor.of(leo))
        score_items(sheet.pk, {item.pk: Given(D(91), "整洁")}, part=COMMITTEE, by=Actor.of(dora))

        line = lines_of(sheet)[0]
        assert [(row.member, row.score, row.comment) for row in line.members] == [
            (leo, D(80), ""),
            (dora, D(91), "整洁"),
        ]
        assert line.committee == D("85.50")

    def test_a_later_score_of_the_same_voice_replaces_the_earlier_and_keeps_it_in_the_history(
        self, leo: User, a_sheet: Make
    ) -> None:
        sheet = a_sheet()
        item = first_item(sheet)

        for score in (80, 80, 85):
            score_items(sheet.pk, {item.pk: Given(D(score))}, part=COMMITTEE, by=Actor.of(leo))

        row = sheet.scores.get(part=COMMITTEE)
        assert row.score == D(85)
        changed = [change.columns["score"] for change in timeline_of(row) if "score" in change.columns]
        assert [tuple(map(D, pair)) for pair in changed] == [(D(80), D(85))]

    @pytest.mark.parametrize("score", ["-0.01", "100.01", "80.001", "NaN", "Infinity"])
    def test_a_score_lies_between_0_and_100(self, leo: User, a_sheet: Make, score: str) -> None:
        sheet = a_sheet()

        with pytest.raises(Invalid):
            score_items(sheet.pk, everything(sheet, score), part=COMMITTEE, by=Actor.of(leo))

        assert not sheet.scores.filter(part=COMMITTEE).exists()

    def test_what_events_say_is_overruled_only_with_a_reason_and_stays_visible(self, leo: User, a_sheet: Make) -> None:
        sheet = a_sheet()
        item = event_item(sheet)

        with pytest.raises(Invalid, match="客服联系的响应与出勤"):
            score_items(sheet.pk, {item.pk: Given(D(40), "  ")}, part=COMMITTEE, by=Actor.of(leo))
        assert not sheet.scores.filter(part=COMMITTEE).exists()
        score_items(sheet.pk, {item.pk: Given(D(40), "两次未接电话")}, part=COMMITTEE, by=Actor.of(leo))

        line = next(line for line in lines_of(sheet) if line.item == item)
        assert (line.is_overruled, line.committee, line.event.score) == (True, D(40), D(100))
        assert line.members[0].comment == "两次未接电话"

    def test_nobody_scores_themselves_for_the_committee(self, leo: User, dora: User, a_sheet: Make) -> None:
        sheet = a_sheet(leo, "店长", "service")

        with pytest.raises(NotAllowed) as refused:
            score_items(sheet.pk, everything(sheet, "100"), part=COMMITTEE, by=Actor.of(leo))
        with pytest.raises(DatabaseError, match="nobody scores themselves"), transaction.atomic():
            ItemScore.objects.create(sheet=sheet, item=first_item(sheet), part=COMMITTEE, member=leo, score=D(100))

        assert refused.value.code == "own_sheet"
        assert not sheet.scores.filter(part=COMMITTEE).exists()

    @pytest.mark.parametrize(
        ("who", "part", "may"),
        [
            ("noor", SELF, True), ("hana", SELF, False), ("leo", SELF, False), ("leo", COMMITTEE, True),
            ("hana", COMMITTEE, False), ("noor", COMMITTEE, False), ("leo", "event", False),
        ],
    )  # fmt: skip
    @pytest.mark.rule("AMB-32")
    def test_who_may_speak_with_which_voice(
        self, request: pytest.FixtureRequest, a_sheet: Make, who: str, part: str, may: bool
    ) -> None:
        sheet, by = a_sheet(), Actor.of(request.getfixturevalue(who))
        before = sheet.scores.count()

        if may:
            assert score_items(sheet.pk, everything(sheet, "70"), part=part, by=by) == 12
        else:
            with pytest.raises(NotAllowed):
                score_items(sheet.pk, everything(sheet, "70"), part=part, by=by)

        assert sheet.scores.count() == before + (12 if may else 0)

    def test_hr_writes_the_self_assessment_of_a_person_without_a_log_in(self, hana: User, a_sheet: Make) -> None:
        sheet = a_sheet(None, "配送员")

        score_items(sheet.pk, everything(sheet, "70"), part=SELF, by=Actor.of(hana))

        assert set(sheet.scores.filter(part=SELF).values_list("score", "written_by")) == {(D(70), hana.pk)}

    def test_an_item_of_another_sheet_is_not_on_this_one(self, leo: User, lin: User, a_sheet: Make) -> None:
        sheet, other = a_sheet(), a_sheet(lin, "客服专员", "service")

        with pytest.raises(NotFound):
            score_items(sheet.pk, everything(other, "70"), part=COMMITTEE, by=Actor.of(leo))
        with pytest.raises(DatabaseError, match="another score sheet"), transaction.atomic():
            ItemScore.objects.create(sheet=sheet, item=first_item(other), part=SELF, score=D(100))

        assert not sheet.scores.exclude(part="event").exists()

    @pytest.mark.rule("STF-72", "AMB-34")
    def test_extra_points_say_what_for(self, leo: User, a_sheet: Make) -> None:
        sheet = a_sheet()

        for points, text in (("20.01", "x"), ("-1", "x"), ("5", " "), ("1.001", "x")):
            with pytest.raises(Invalid):
                set_extra(sheet.pk, D(points), what_for=text, by=Actor.of(leo))
        sheet.refresh_from_db()
        assert sheet.extra == 0
        set_extra(sheet.pk, D("5.5"), what_for="大促值班", by=Actor.of(leo))

        sheet.refresh_from_db()
        assert (sheet.extra, sheet.extra_for) == (D("5.50"), "大促值班")

    def test_extra_points_are_not_given_to_oneself_nor_by_the_employee(
        self, leo: User, noor: User, a_sheet: Make
    ) -> None:
        own, sheet = a_sheet(leo, "店长", "service"), a_sheet()

        with pytest.raises(NotAllowed):
            set_extra(own.pk, D(5), what_for="x", by=Actor.of(leo))
        with pytest.raises(NotAllowed):
            set_extra(sheet.pk, D(5), what_for="x", by=Actor.of(noor))

        assert set(ScoreSheet.objects.values_list("extra", flat=True)) == {D(0)}


class TestFinishing:
    """From open to closed and back."""

    @pytest.mark.rule("EX-41", "STF-71", "STF-73")
    def test_both_voices_make_the_score_and_closing_fixes_the_coefficient(
        self, hana: User, a_sheet: Make, fully: Make
    ) -> None:
        sheet = fully(a_sheet(), "80", "96")

        finish_sheet(sheet.pk, by=Actor.of(hana))
        sheet.refresh_from_db()
        scored = (sheet.state, sheet.committee_score, sheet.self_score, sheet.final_score, sheet.coefficient)
        close_sheet(sheet.pk, by=Actor.of(hana))

        sheet.refresh_from_db()
        assert scored == ("scored", D(80), D(96), D("84.00"), None)
        assert (sheet.state, sheet.coefficient) == ("closed", D("1.20"))
        assert broken() == []

    @pytest.mark.rule("EX-46", "AMB-33")
    def test_printed_weights_of_110_count_as_a_hundred(self, leo: User, hana: User, a_sheet: Make) -> None:
        sheet = a_sheet()
        second = {item.pk for item in sheet.template.items.filter(duty="拣货、质检与发货")}
        given = {key: Given(D(80) if key in second else D(100), "据实") for key in everything(sheet, "1")}

        score_items(sheet.pk, given, part=COMMITTEE, by=Actor.of(leo))
        score_items(sheet.pk, given, part=SELF, by=the_person(sheet))
        finish_sheet(sheet.pk, by=Actor.of(hana))

        sheet.refresh_from_db()
        assert (sheet.committee_score, sheet.self_score, sheet.final_score) == (D("91.82"), D("91.82"), D("91.82"))

    @pytest.mark.parametrize("missing", [COMMITTEE, SELF])
    @pytest.mark.rule("STF-71")
    def test_without_one_of_the_voices_nothing_is_finished(
        self, leo: User, hana: User, a_sheet: Make, missing: str
    ) -> None:
        sheet = a_sheet()
        given = everything(sheet, "80")
        there = SELF if missing == COMMITTEE else COMMITTEE
        score_items(sheet.pk, given, part=there, by=the_person(sheet) if there == SELF else Actor.of(leo))
        given.pop(first_item(sheet).pk)
        score_items(sheet.pk, given, part=missing, by=the_person(sheet) if missing == SELF else Actor.of(leo))

        with pytest.raises(IllegalMove) as refused:
            finish_sheet(sheet.pk, by=Actor.of(hana))

        sheet.refresh_from_db()
        expected = "The committee has not" if missing == COMMITTEE else "The self-assessment is not"
        assert str(refused.value).startswith(expected) or not str(refused.value).isascii()
        assert (sheet.state, sheet.final_score) == ("open", None)
        assert timeline_of(sheet) == []

    def test_once_scored_nothing_is_scored_any_more(self, leo: User, hana: User, a_sheet: Make, fully: Make) -> None:
        sheet = fully(a_sheet())
        finish_sheet(sheet.pk, by=Actor.of(hana))

        with pytest.raises(Conflict):
            score_items(sheet.pk, everything(sheet, "10"), part=COMMITTEE, by=Actor.of(leo))
        with pytest.raises(Conflict):
            set_extra(sheet.pk, D(5), what_for="x", by=Actor.of(leo))
        with pytest.raises(DatabaseError, match="not open"), transaction.atomic():
            sheet.scores.filter(part=SELF).update(score=D(1))

        assert set(sheet.scores.filter(part=SELF).values_list("score", flat=True)) == {D(96)}

    def test_the_database_keeps_results_from_anybody_but_the_verbs(
        self, hana: User, a_sheet: Make, fully: Make
    ) -> None:
        sheet = fully(a_sheet())
        finish_sheet(sheet.pk, by=Actor.of(hana))

        with (
            pytest.raises(DatabaseError, match="frozen"),
            transaction.atomic(),
            signed("staff.scoresheet.extra", by=SYSTEM),
        ):
            ScoreSheet.objects.filter(pk=sheet.pk).update(final_score=D(120))

        sheet.refresh_from_db()
        assert sheet.final_score == D("84.00")

    def test_a_sheet_is_opened_again_with_a_reason_and_scored_anew(
        self, hana: User, a_sheet: Make, fully: Make
    ) -> None:
        sheet = fully(a_sheet())
        finish_sheet(sheet.pk, by=Actor.of(hana))
        close_sheet(sheet.pk, by=Actor.of(hana))

        with pytest.raises(Invalid):
            reopen_sheet(sheet.pk, reason=" ", by=Actor.of(hana))
        reopen_sheet(sheet.pk, reason="少记一天请假", by=Actor.of(hana))
        sheet.refresh_from_db()
        reopened = (sheet.state, sheet.final_score, sheet.coefficient)
        fully(sheet, "60", "60")
        finish_sheet(sheet.pk, by=Actor.of(hana))
        close_sheet(sheet.pk, by=Actor.of(hana))

        sheet.refresh_from_db()
        assert reopened == ("open", None, None)
        assert (sheet.final_score, sheet.coefficient) == (D("60.00"), D("0.50"))
        assert "少记一天请假" in [change.reason for change in timeline_of(sheet)]

    @pytest.mark.parametrize(("who", "may"), [("hana", True), ("leo", True), ("noor", False), ("otto", False)])
    def test_who_finishes(
        self, request: pytest.FixtureRequest, a_sheet: Make, fully: Make, who: str, may: bool
    ) -> None:
        sheet, by = fully(a_sheet()), Actor.of(request.getfixturevalue(who))

        if may:
            finish_sheet(sheet.pk, by=by)
        else:
            with pytest.raises((NotAllowed, NotFound)):
                finish_sheet(sheet.pk, by=by)

        sheet.refresh_from_db()
        assert sheet.state == ("scored" if may else "open")

    def test_only_hr_closes_and_opens_again(self, leo: User, hana: User, a_sheet: Make, fully: Make) -> None:
        sheet = fully(a_sheet())
        finish_sheet(sheet.pk, by=Actor.of(leo))

        with pytest.raises(NotAllowed):
            close_sheet(sheet.pk, by=Actor.of(leo))
        with pytest.raises(NotAllowed):
            reopen_sheet(sheet.pk, reason="x", by=Actor.of(leo))
        with pytest.raises(NotAllowed):
            close_month(MONTH, by=Actor.of(leo))

        sheet.refresh_from_db()
        assert sheet.state == "scored"

    def test_hr_neither_closes_nor_opens_their_own_sheet(
        self, person: Make, hana: User, a_sheet: Make, fully: Make
    ) -> None:
        other, own = fully(a_sheet()), fully(a_sheet(hana, "人事专员", "service"))
        for sheet in (other, own):
            finish_sheet(sheet.pk, by=SYSTEM)

        for act in (close_sheet, lambda pk, by: reopen_sheet(pk, reason="x", by=by)):
            with pytest.raises(NotAllowed) as refused:
                act(own.pk, by=Actor.of(hana))
            assert refused.value.code == "own_sheet"
        moved = close_month(MONTH, by=Actor.of(hana))

        own.refresh_from_db()
        assert (moved.done, own.state) == ([other.pk], "scored")
        assert close_month(MONTH, by=Actor.of(person("hugo", "hr"))).done == [own.pk]

    @pytest.mark.rule("STF-73")
    def test_a_month_is_closed_at_once_each_with_its_own_coefficient(
        self, lin: User, mara: User, hana: User, a_sheet: Make, fully: Make
    ) -> None:
        good, low = fully(a_sheet(), "96", "96"), fully(a_sheet(lin, "客服专员", "service"), "50", "50")
        waiting = a_sheet(mara, "客服主管", "service")
        for sheet in (good, low):
            finish_sheet(sheet.pk, by=Actor.of(hana))

        moved = close_month(MONTH, by=Actor.of(hana))

        assert sorted(moved.done) == sorted([good.pk, low.pk])
        states = dict(ScoreSheet.objects.values_list("pk", "state"))
        assert states == {good.pk: "closed", low.pk: "closed", waiting.pk: "open"}
        assert set(ScoreSheet.objects.filter(state="closed").values_list("coefficient", flat=True)) == {
            D("1.50"),
            D("0.50"),
        }

    def test_closing_a_month_takes_the_same_statements_for_three_people_and_six(
        self, person: Make, hana: User, a_sheet: Make, fully: Make
    ) -> None:
        def month_of(count: int, month: Any) -> int:
            for nth in range(count):
                sheet = fully(a_sheet(person(f"p{month.month}{nth}", "warehouse"), month=month), "90", "90")
                finish_sheet(sheet.pk, by=SYSTEM)
            return len(statements_of(lambda: close_month(month, by=SYSTEM)))

        few = month_of(3, previous_month(MONTH))
        ScoreSheet.objects.filter(month=MONTH).exists()

        assert few == month_of(6, MONTH)

    @pytest.mark.rule("STF-73")
    def test_a_new_table_of_coefficients_holds_from_its_day_on(self, bands: None) -> None:
        CoefficientBand.objects.create(effective_from=next_month(MONTH), from_score=D(0), coefficient=D("1.1"))

        assert len(bands_of(MONTH)) == 4
        assert [band.coefficient for band in bands_of(next_month(MONTH))] == [D("1.10")]


class TestLowMonths:
    """Months below the limit are told to people; nothing happens by itself."""

    @pytest.mark.rule("EX-51", "STF-75", "OUT-03")
    def test_three_months_running_ring_for_the_committee_and_hr_once(
        self, leo: User, hana: User, noor: User, a_sheet: Make, fully: Make
    ) -> None:
        dora = User.objects.get(username="dora")
        month = MONTH.replace(month=5)
        found = []
        for score in ("60", "64", "66", "50", "50"):
            _closed(fully(a_sheet(month=month), score, score), hana)
            found.append(len(low_months(month)))
            month = next_month(month)
        before = Notice.objects.count()

        sheet = _closed(fully(a_sheet(month=month), "50", "50"), hana)
        _closed_again(sheet, fully, hana)

        assert found == [0, 0, 0, 0, 0]
        assert before == 0
        assert [(one.employee.user, one.running) for one in low_months(month)] == [(noor, 3)]
        assert set(Notice.objects.values_list("user", flat=True)) == {leo.pk, hana.pk, dora.pk}
        assert Notice.objects.count() == 3
        assert Notice.objects.first().text["en"] == (
            "Noor was below 65 points for 3 months running. Please talk with each other."
        )

    @pytest.mark.rule("EX-51", "STF-74")
    def test_artwork_and_finance_are_told_after_two(self, hana: User, otto: User, a_sheet: Make, fully: Make) -> None:
        for month, score in ((previous_month(MONTH), "60"), (MONTH, "64")):
            sheet = a_sheet(otto, "财务行政", "finance", month)
            _closed(fully(sheet, score, score), hana)

        assert [one.running for one in low_months(MONTH)] == [2]


def _closed(sheet: ScoreSheet, hana: User) -> ScoreSheet:
    finish_sheet(sheet.pk, by=Actor.of(hana))
    return close_sheet(sheet.pk, by=Actor.of(hana))


def _closed_again(sheet: ScoreSheet, fully: Make, hana: User) -> None:
    reopen_sheet(sheet.pk, reason="复核", by=Actor.of(hana))
    _closed(fully(sheet, "51", "51"), hana)


def test_the_list_counts_what_each_voice_has_scored(leo: User, a_sheet: Make) -> None:
    sheet = a_sheet()
    score_items(sheet.pk, {first_item(sheet).pk: Given(D(80))}, part=COMMITTEE, by=Actor.of(leo))
    score_items(sheet.pk, everything(sheet, "90"), part=SELF, by=the_person(sheet))

    row = with_progress(ScoreSheet.objects.all()).get()
    found = results_of(sheet, lines_of(sheet))

    assert (row.items, row.by_committee, row.by_self) == (12, 2, 12)
    assert (found.items, found.by_committee, found.by_self, found.is_complete) == (12, 2, 12, False)
    assert (found.committee, found.self_score, found.final) == (D("86.67"), D("90.00"), None)
