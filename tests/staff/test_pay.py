"""From a closed sheet to a pay line, its slip, and who may see and take it."""

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone, translation

from apps.aftersales.models import Refund
from apps.audit.context import signed
from apps.audit.models import Export, Reveal
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.core.invariants import broken
from apps.documents.models import Document
from apps.orders.models import Order, ShippingOrder
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Employee, User
from apps.org.scope import visible
from apps.staff.actions import (
    close_sheet,
    compute_pay,
    export_pay,
    export_sheets,
    finish_sheet,
    give_reward,
    issue_slip,
    open_slip,
    reopen_sheet,
)
from apps.staff.models import PayLine, PayScheme, Reward, ScoreSheet
from apps.staff.queries.pay import net_sales, sheets_to_pay, standing_lines
from tests.performance.counting import statements_of
from tests.staff.builders import MONTH, print_slip
from tests.staff.test_months import on

Make = Callable[..., Any]
D = Decimal
pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(hana: User, a_sheet: Make, fully: Make) -> Make:
    """A closed sheet: `closed("85")`; of another person: `closed("85", lin, "客服专员", "service")`."""

    def make(score: str = "85", *whose: Any) -> ScoreSheet:
        sheet = fully(a_sheet(*whose), score, score)
        finish_sheet(sheet.pk, by=SYSTEM)
        return close_sheet(sheet.pk, by=Actor.of(hana))

    return make


@pytest.fixture
def sold(an_order: Make) -> Make:
    """Orders whose buyer somebody contacted: paid and, if any, refunded amounts."""

    def make(by: User, paid: str, back: str = "", *, day: int = 12, month: int = 10) -> Order:
        at = on(day, 10, month=month)
        with time_machine.travel(at, tick=False):
            order: ShippingOrder = an_order(paid=paid, state="shipped")
        with transaction.atomic(), signed("core.seed", by=SYSTEM):
            ShippingOrder.objects.filter(pk=order.pk).update(contacted_by=by, contacted_at=at)
            if back:
                Refund.objects.create(
                    number=f"RF-{order.pk}", order=order.lead_order, amount=D(back), reason="少发", state="paid", paid_at=at,
                    waits_for_goods=False,
                )  # fmt: skip
        return order.lead_order

    return make


@pytest.mark.rule("EX-52", "STF-102")
def test_a_closed_sheet_becomes_a_pay_line_with_its_formula(
    hana: User, closed: Make, terms: Make, minimum: Make
) -> None:
    sheet = closed("85")
    terms("发货专员", performance="2000.00")
    minimum()

    run = compute_pay(MONTH, by=Actor.of(hana))

    line = PayLine.objects.get()
    assert ([each.pk for each in run.written], run.known, run.refused) == ([line.pk], 0, [])
    assert (line.sheet, line.final_score, line.coefficient, line.total) == (sheet, D("85.00"), D("1.20"), D("2400.00"))
    assert line.parts == [{"kind": "performance", "formula": "2,000.00 × 1.2", "amount": "2400.00"}]
    assert (line.computed_by, line.supersedes) == (hana, None)
    assert broken() == []


@pytest.mark.rule("EX-52", "OUT-07")
def test_pay_is_lifted_to_the_minimum_wage(closed: Make, terms: Make, minimum: Make) -> None:
    closed("60")
    terms("发货专员", performance="2000.00")
    minimum("1900.00")

    compute_pay(MONTH, by=SYSTEM)

    line = PayLine.objects.get()
    assert [(part["kind"], part["amount"]) for part in line.parts] == [("performance", "1000.00"), ("top_up", "900.00")]
    assert line.total == D("1900.00")


@pytest.mark.rule("OUT-07", "AMB-44")
def test_without_a_minimum_wage_nothing_is_computed(closed: Make, terms: Make) -> None:
    closed()
    terms("发货专员", performance="2000.00")

    with pytest.raises(Invalid) as refused:
        compute_pay(MONTH, by=SYSTEM)

    assert refused.value.code == "no_minimum_wage"
    assert not PayLine.objects.exists()


@pytest.mark.rule("AMB-44")
def test_who_has_no_pay_scheme_is_named_and_the_others_are_paid(
    lin: User, closed: Make, terms: Make, minimum: Make
) -> None:
    closed()
    other = closed("85", lin, "客服专员", "service")
    terms("发货专员", performance="2000.00")
    minimum()

    run = compute_pay(MONTH, by=SYSTEM)

    assert [employee for employee, _why in run.refused] == [other.employee]
    assert PayLine.objects.count() == 1


def test_computing_again_writes_nothing_new(closed: Make, terms: Make, minimum: Make) -> None:
    closed()
    terms("发货专员", performance="2000.00")
    minimum()
    compute_pay(MONTH, by=SYSTEM)

    run = compute_pay(MONTH, by=SYSTEM)

    assert (run.written, run.known) == ([], 1)
    assert PayLine.objects.count() == 1


def test_a_corrected_sheet_replaces_its_pay_line(
    hana: User, closed: Make, fully: Make, terms: Make, minimum: Make
) -> None:
    sheet = closed("85")
    terms("发货专员", performance="2000.00")
    minimum()
    compute_pay(MONTH, by=SYSTEM)
    old = PayLine.objects.get()
    slip = issue_slip(old.pk, by=Actor.of(hana))

    reopen_sheet(sheet.pk, reason="复核", by=Actor.of(hana))
    fully(sheet, "96", "96")
    finish_sheet(sheet.pk, by=SYSTEM)
    close_sheet(sheet.pk, by=Actor.of(hana))
    compute_pay(MONTH, by=SYSTEM)

    new = standing_lines(PayLine.objects.all()).get()
    later = issue_slip(new.pk, by=Actor.of(hana))
    assert (new.supersedes, new.total, old.total) == (old, D("3000.00"), D("2400.00"))
    assert later.supersedes == slip
    assert broken() == []


def test_pay_does_not_count_while_its_sheet_is_corrected_nor_until_it_is_worked_out_again(
    hana: User, closed: Make, fully: Make, terms: Make, minimum: Make
) -> None:
    sheet = closed("85")
    terms("发货专员", performance="2000.00")
    minimum()
    compute_pay(MONTH, by=SYSTEM)

    reopen_sheet(sheet.pk, reason="复核", by=Actor.of(hana))
    while_open = _counts(hana)
    fully(sheet, "60", "60")
    finish_sheet(sheet.pk, by=SYSTEM)
    close_sheet(sheet.pk, by=Actor.of(hana))
    closed_again = _counts(hana)
    compute_pay(MONTH, by=SYSTEM)

    assert (while_open, closed_again, _counts(hana)) == ((0, 0, 0), (0, 0, 1), (1, 1, 0))
    assert standing_lines(PayLine.objects.all()).get().total == D("1900.00")


def test_a_sheet_that_was_closed_again_with_the_same_score_gets_a_new_line_that_counts(
    hana: User, closed: Make, terms: Make, minimum: Make
) -> None:
    sheet = closed("85")
    terms("发货专员", performance="2000.00")
    minimum()
    compute_pay(MONTH, by=SYSTEM)
    first = PayLine.objects.get()
    reopen_sheet(sheet.pk, reason="复核", by=Actor.of(hana))
    finish_sheet(sheet.pk, by=SYSTEM)
    close_sheet(sheet.pk, by=Actor.of(hana))

    runs = [compute_pay(MONTH, by=SYSTEM) for _nth in range(2)]

    line = standing_lines(PayLine.objects.all()).get()
    assert [(len(run.written), run.known) for run in runs] == [(1, 0), (0, 1)]
    assert (line.supersedes, line.total) == (first, first.total)


def test_a_reward_that_came_after_the_pay_asks_for_it_to_be_worked_out_again(
    hana: User, closed: Make, terms: Make, minimum: Make
) -> None:
    sheet = closed("85")
    terms("发货专员", performance="2000.00")
    minimum()
    compute_pay(MONTH, by=SYSTEM)
    give_reward(sheet.employee_id, MONTH, amount=D(15), reason="x", key=uuid.uuid4(), by=Actor.of(hana))
    after_the_reward = list(sheets_to_pay(MONTH))

    compute_pay(MONTH, by=SYSTEM)

    assert (after_the_reward, list(sheets_to_pay(MONTH))) == ([sheet], [])


def _counts(hana: User) -> tuple[int, int, int]:
    """Lines that count, rows of the export, sheets that wait for their pay."""
    exported = export_pay(MONTH, BytesIO(), purpose="check_pay", by=Actor.of(hana))
    return standing_lines(PayLine.objects.all()).count(), exported, sheets_to_pay(MONTH).count()


def test_an_open_or_scored_sheet_is_not_paid(a_sheet: Make, fully: Make, terms: Make, minimum: Make) -> None:
    finish_sheet(fully(a_sheet()).pk, by=SYSTEM)
    terms("发货专员", performance="2000.00")
    minimum()

    run = compute_pay(MONTH, by=SYSTEM)

    assert (run.written, run.known, run.refused) == ([], 0, [])


@pytest.mark.rule("EX-54", "STF-105", "AFT-42", "AMB-37")
def test_customer_service_is_paid_a_share_of_own_net_sales_and_rewards(
    lin: User, closed: Make, terms: Make, minimum: Make, sold: Make
) -> None:
    sheet = closed("84", lin, "客服专员", "service")
    hana = User.objects.get(username="hana")
    terms("客服专员", performance="2000.00", rate="0.02")
    minimum()
    sold(lin, "60000.00", "4000.00")
    sold(lin, "500.00", month=9)
    sold(hana, "700.00")
    for _nth in range(2):
        give_reward(sheet.employee_id, MONTH, amount=D("15.00"), reason="差评改好", key=uuid.uuid4(), by=Actor.of(hana))

    compute_pay(MONTH, by=SYSTEM)

    line = PayLine.objects.get()
    assert [part["formula"] for part in line.parts] == ["2,000.00 × 1.2", "56,000.00 × 2%", "15.00", "15.00"]
    assert line.total == D("3550.00")


@pytest.mark.rule("AMB-37")
def test_a_refund_of_last_months_sale_lowers_this_months_base(lin: User, sold: Make) -> None:
    sold(lin, "300.00")
    order = sold(lin, "900.00", day=20, month=9)
    with transaction.atomic(), signed("core.seed", by=SYSTEM):
        Refund.objects.create(
            number="RF-X",
            order=order,
            amount=D(250),
            reason="少发",
            state="paid",
            paid_at=on(3, 9),
            waits_for_goods=False,
        )

    assert net_sales(MONTH, [lin.pk]) == {lin.pk: D("50.00")}
    assert net_sales(dt.date(2026, 9, 1), [lin.pk]) == {lin.pk: D("900.00")}
    assert net_sales(MONTH, []) == {}


def test_ones_own_terms_come_before_the_positions_and_the_latest_before_earlier_ones(
    noor: User, closed: Make, terms: Make, minimum: Make
) -> None:
    sheet = closed("70")
    terms("发货专员", performance="2000.00")
    for day, amount in ((dt.date(2026, 2, 1), 2500), (dt.date(2026, 10, 31), 2600), (dt.date(2026, 11, 1), 9000)):
        PayScheme.objects.create(employee=sheet.employee, effective_from=day, fixed_amount=D(amount))
    minimum()

    compute_pay(MONTH, by=SYSTEM)

    assert PayLine.objects.get().parts == [{"kind": "fixed", "formula": "2,600.00", "amount": "2600.00"}]


@pytest.mark.parametrize("amount", ["0", "-5", "1.001", "NaN"])
@pytest.mark.rule("OUT-02", "STF-97")
def test_a_reward_is_a_positive_amount_and_says_what_for(hana: User, closed: Make, amount: str) -> None:
    employee = closed().employee_id

    with pytest.raises(Invalid):
        give_reward(employee, MONTH, amount=D(amount), reason="x", key=uuid.uuid4(), by=Actor.of(hana))
    with pytest.raises(Invalid):
        give_reward(employee, MONTH, amount=D(5), reason=" ", key=uuid.uuid4(), by=Actor.of(hana))

    assert not Reward.objects.exists()


def test_a_reward_pressed_twice_is_given_once(hana: User, lin: User, on_staff: Make, closed: Make) -> None:
    employee, key = closed().employee_id, uuid.uuid4()
    other = on_staff(lin, "客服专员")

    first, again = (give_reward(employee, MONTH, amount=D(5), reason="x", key=key, by=Actor.of(hana)) for _ in range(2))
    with pytest.raises(Conflict):
        give_reward(other.pk, MONTH, amount=D(5), reason="x", key=key, by=Actor.of(hana))

    assert first == again
    assert Reward.objects.count() == 1


def test_nobody_gives_themselves_a_reward(hana: User, person: Make, on_staff: Make) -> None:
    own = on_staff(hana, "人事专员")

    with pytest.raises(NotAllowed) as refused:
        give_reward(own.pk, MONTH, amount=D(5), reason="x", key=uuid.uuid4(), by=Actor.of(hana))

    assert (refused.value.code, Reward.objects.count()) == ("own_reward", 0)
    give_reward(own.pk, MONTH, amount=D(5), reason="x", key=uuid.uuid4(), by=Actor.of(person("hugo", "hr")))
    assert Reward.objects.get().employee == own


class TestWhoSeesPay:
    """HR and the person alone."""

    @pytest.fixture
    def line(self, closed: Make, terms: Make, minimum: Make) -> PayLine:
        closed("85")
        terms("发货专员", performance="2000.00")
        minimum()
        compute_pay(MONTH, by=SYSTEM)
        return PayLine.objects.get()

    @pytest.mark.parametrize(
        ("who", "sees"),
        [("noor", True), ("hana", True), ("leo", False), ("dora", False), ("otto", False), ("lin", False)],
    )
    def test_a_pay_line_is_there_for_hr_and_the_person_alone(
        self, request: pytest.FixtureRequest, line: PayLine, who: str, sees: bool
    ) -> None:
        by = Actor.of(request.getfixturevalue(who))

        assert visible(PayLine.objects.all(), by).exists() is sees
        if sees:
            assert issue_slip(line.pk, by=by).kind == "pay_slip"
        else:
            with pytest.raises(NotFound):
                issue_slip(line.pk, by=by)
            assert not Document.objects.exists()

    @pytest.mark.parametrize("who", ["leo", "dora", "otto", "noor"])
    def test_only_hr_computes_and_gives(self, request: pytest.FixtureRequest, line: PayLine, who: str) -> None:
        by = Actor.of(request.getfixturevalue(who))

        with pytest.raises(NotAllowed):
            compute_pay(MONTH, by=by)
        with pytest.raises(NotAllowed):
            give_reward(line.sheet.employee_id, MONTH, amount=D(5), reason="x", key=uuid.uuid4(), by=by)

        assert (PayLine.objects.count(), Reward.objects.count()) == (1, 0)

    def test_a_slip_is_issued_once_in_chinese_and_sealed(self, line: PayLine, noor: User) -> None:
        with translation.override("en"):
            slip, again = (issue_slip(line.pk, by=Actor.of(noor)) for _ in range(2))

        contents = Document.objects.get().contents()
        assert slip == again
        assert (slip.context, slip.language, slip.number[:2]) == (None, "zh-hans", "GZ")
        assert {name: contents[name] for name in ("employee", "month", "final_score", "coefficient", "total")} == {
            "employee": "Noor", "month": "2026-10", "final_score": "85.00", "coefficient": "1.2", "total": "2400.00",
        }  # fmt: skip
        assert [(part["formula"], part["amount"]) for part in contents["parts"]] == [("2,000.00 × 1.2", "2400.00")]

    def test_a_slip_opens_once_it_is_printed_and_stands_in_the_book(
        self, line: PayLine, noor: User, dora: User
    ) -> None:
        with pytest.raises(NotFound):
            open_slip(line.pk, by=Actor.of(noor))
        slip = issue_slip(line.pk, by=Actor.of(noor))
        with pytest.raises(Conflict):
            open_slip(line.pk, by=Actor.of(noor))
        print_slip(slip)

        with open_slip(line.pk, by=Actor.of(noor)).stream as stream:
            first = stream.read(5)
        with pytest.raises(NotFound):
            open_slip(line.pk, by=Actor.of(dora))

        assert first == b"%PDF-"
        assert list(Export.objects.values_list("user", "kind", "rows")) == [(noor.pk, "paper:pay_slip", 1)]
        assert not Reveal.objects.exists()

    @pytest.mark.rule("SEC-25")
    def test_somebody_elses_slip_opens_for_a_purpose_that_is_written_down(self, line: PayLine, hana: User) -> None:
        print_slip(issue_slip(line.pk, by=Actor.of(hana)))

        with pytest.raises(Invalid):
            open_slip(line.pk, by=Actor.of(hana))
        assert (Export.objects.count(), Reveal.objects.count()) == (0, 0)
        with open_slip(line.pk, by=Actor.of(hana), purpose="asked", note="本人来问").stream as stream:
            first = stream.read(5)

        assert first == b"%PDF-"
        assert list(Reveal.objects.values_list("user", "subject", "purpose", "note")) == [
            (hana.pk, f"staff.payline:2026-10:{line.sheet.employee.number}", "asked", "本人来问")
        ]
        assert Export.objects.count() == 1

    def test_a_pay_line_never_changes(self, line: PayLine) -> None:
        for act in (lambda: PayLine.objects.update(total=1), lambda: PayLine.objects.all().delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                act()

        line.refresh_from_db()
        assert line.total == D("2400.00")

    def test_exports_have_their_own_rights_and_stand_in_the_book(
        self, line: PayLine, hana: User, leo: User, dora: User
    ) -> None:
        sink = BytesIO()
        with pytest.raises(NotAllowed):
            export_pay(MONTH, BytesIO(), purpose="check_pay", by=Actor.of(dora))
        with pytest.raises(NotAllowed):
            export_sheets(MONTH, BytesIO(), by=Actor.of(leo))
        with pytest.raises(Invalid):
            export_pay(MONTH, BytesIO(), purpose="", by=Actor.of(hana))
        assert (Export.objects.count(), Reveal.objects.count()) == (0, 0)

        with translation.override("en"):
            rows = export_pay(MONTH, sink, purpose="pay_out", by=Actor.of(hana))
            export_sheets(MONTH, BytesIO(), by=Actor.of(dora))

        sheet = [list(row) for row in openpyxl.load_workbook(sink).active.iter_rows(values_only=True)]
        assert rows == 1
        assert sheet[0][-2:] == ["Pay", "Formula"]
        assert (sheet[1][1], float(sheet[1][-2]), sheet[1][-1]) == ("Noor", 2400.0, "2,000.00 × 1.2")
        assert list(Export.objects.order_by("pk").values_list("user", "kind", "rows", "query")) == [
            (hana.pk, "pay", 1, {"month": "2026-10"}), (dora.pk, "score_sheets", 1, {"month": "2026-10"}),
        ]  # fmt: skip
        assert list(Reveal.objects.values_list("user", "subject", "purpose")) == [
            (hana.pk, "staff.payline:2026-10", "pay_out")
        ]


@pytest.mark.rule("STF-102")
@pytest.mark.parametrize("hours", [-2, 2])
def test_a_server_whose_clock_is_wrong_mistakes_neither_pay_nor_a_new_closing(
    hana: User, closed: Make, terms: Make, *, minimum: Make, hours: int
) -> None:
    sheet = closed("85")
    terms("发货专员", performance="2000.00")
    minimum()
    with time_machine.travel(timezone.now() + dt.timedelta(hours=hours), tick=False):
        run = compute_pay(MONTH, by=SYSTEM)
    counts = standing_lines(PayLine.objects.all()).count(), len(compute_pay(MONTH, by=SYSTEM).written)

    reopen_sheet(sheet.pk, reason="漏记", by=Actor.of(hana))
    finish_sheet(sheet.pk, by=SYSTEM)
    close_sheet(sheet.pk, by=SYSTEM)

    assert (len(run.written), counts) == (1, (1, 0))
    assert not standing_lines(PayLine.objects.all()).exists()
    assert list(sheets_to_pay(MONTH)) == [sheet]


def test_computing_takes_the_same_statements_for_three_people_and_six(
    person: Make, closed: Make, terms: Make, minimum: Make
) -> None:
    terms("发货专员", performance="2000.00", rate="0.01")
    minimum()
    for nth in range(3):
        closed("90", person(f"p{nth}", "warehouse"))
    few = statements_of(lambda: compute_pay(MONTH, by=SYSTEM))
    for nth in range(3, 9):
        closed("90", person(f"p{nth}", "warehouse"))

    many = statements_of(lambda: compute_pay(MONTH, by=SYSTEM))

    assert len(few) == len(many)
    assert PayLine.objects.count() == Employee.objects.count() == 9
