"""What came back is counted good or bad, and lies in stock or with the defects."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.aftersales.actions import (
    Count,
    inspect_return,
)
from apps.aftersales.models import ReturnLine
from apps.audit.queries import timeline_of
from apps.core.errors import Invalid, NotAllowed
from apps.core.invariants import broken
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store
from apps.warehouse.actions.serve import serve_waiting
from apps.warehouse.models import StockMove
from apps.workflow.move import IllegalMove
from tests.aftersales.builders import all_good, said

Make = Callable[..., Any]


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tasks that were sent for; goods are set aside as the warehouse's own would."""
    sent: list[str] = []

    def send(name: str, **_how: Any) -> None:
        sent.append(name)
        serve_waiting()

    monkeypatch.setattr("apps.warehouse.subscribers.current_app.send_task", send)
    return sent


class TestInspect:
    """Good or bad."""

    @pytest.mark.rule("AFT-04")
    def test_good_goes_where_most_of_it_lies_and_bad_to_the_defects(
        self, received: Make, bins: dict[str, Any], in_stock: Make, balance: Make, as_noor: Actor
    ) -> None:
        in_stock("QH-000", 3, bin=bins["pick"])
        in_stock("QH-000", 8, bin=bins["other"])
        in_stock("QH-001", 2, bin=bins["pick"])
        row = received(of={"lines": 2})
        good, bad = row.lines.all()

        inspect_return(row.pk, counts={good.pk: Count(1, 0), bad.pk: Count(0, 1, note="杯口有裂")}, by=as_noor)

        row.refresh_from_db()
        moves = StockMove.objects.filter(subject_type="aftersales.returnorder", subject_id=row.pk)
        assert (row.state, row.inspected_by_id) == ("inspected", as_noor.id)
        assert sorted(moves.values_list("bin__code", "sku__code", "quantity", "kind")) == [
            ("B-02-02", "QH-000", 1, "return"),
            ("Z-99-01", "QH-001", 1, "return"),
        ]
        assert (balance("QH-000"), balance("QH-001")) == ((12, 0, 0), (2, 0, 1))
        assert ReturnLine.objects.get(pk=bad.pk).note == "杯口有裂"
        assert broken() == []

    def test_an_order_that_waits_gets_the_good_pieces_at_once(
        self, *, received: Make, bins: dict[str, Any], wanting: Make, state_of: Make, woken: list[str],
        broken_stock: Make, django_capture_on_commit_callbacks: Make,
    ) -> None:  # fmt: skip
        waiting, row = wanting({"QH-000": 1}), received()
        serve_waiting()
        before = state_of(waiting)

        with django_capture_on_commit_callbacks(execute=True):
            inspect_return(row.pk, counts=all_good(row, bins["pick"].pk), by=SYSTEM)

        assert (before, woken, state_of(waiting)) == ("confirmed", ["warehouse.reserve"], "reserved")
        assert broken_stock() == []

    def test_bad_pieces_wake_nobody(
        self, received: Make, bins: dict[str, Any], woken: list[str], django_capture_on_commit_callbacks: Make
    ) -> None:
        row = received()

        with django_capture_on_commit_callbacks(execute=True):
            inspect_return(row.pk, counts={line.pk: Count(0, 1) for line in row.lines.all()}, by=SYSTEM)

        assert woken == []

    def test_a_second_press_is_refused_and_puts_nothing_away_twice(
        self, inspected: Make, balance: Make, as_noor: Actor, bins: dict[str, Any]
    ) -> None:
        row = inspected()

        with pytest.raises(IllegalMove):
            inspect_return(row.pk, counts=all_good(row, bins["pick"].pk), by=as_noor)

        assert balance() == (1, 0, 0)

    def test_a_parcel_that_has_not_come_is_not_inspected(self, announced: Make, bins: dict[str, Any]) -> None:
        row = announced()

        with pytest.raises(IllegalMove):
            inspect_return(row.pk, counts=all_good(row, bins["pick"].pk), by=SYSTEM)

        assert not StockMove.objects.exists()

    def test_without_goods_in_any_bin_the_bin_is_asked_for(self, received: Make, bins: dict[str, Any]) -> None:
        row = received()

        with pytest.raises(Invalid) as refused:
            inspect_return(row.pk, counts=all_good(row), by=SYSTEM)

        row.refresh_from_db()
        assert said(refused.value) == "Choose the bin into which the good pieces of QH-000 go."
        assert row.state == "received"

    def test_good_pieces_do_not_go_to_the_defects_or_to_another_warehouse(
        self, received: Make, bins: dict[str, Any], a_bin: Make, fengdu: Store
    ) -> None:
        row, elsewhere = received(), a_bin("A-01-01", of=fengdu.warehouse)

        for place in (bins["defects"], elsewhere):
            with pytest.raises(Invalid):
                inspect_return(row.pk, counts=all_good(row, place.pk), by=SYSTEM)

        assert not StockMove.objects.exists()

    def test_bad_pieces_need_a_bin_for_defects(self, received: Make) -> None:
        row = received()

        with pytest.raises(Invalid) as refused:
            inspect_return(row.pk, counts={line.pk: Count(0, 1) for line in row.lines.all()}, by=SYSTEM)

        assert said(refused.value) == "This warehouse has no bin for defects; add one first."
        assert not StockMove.objects.exists()

    def test_more_than_was_shipped_is_refused_and_leaves_the_stock_alone(
        self, received: Make, bins: dict[str, Any]
    ) -> None:
        row = received()

        with pytest.raises(Invalid) as refused:
            inspect_return(
                row.pk, counts={line.pk: Count(1, 1, bins["pick"].pk) for line in row.lines.all()}, by=SYSTEM
            )

        row.refresh_from_db()
        assert said(refused.value) == "Of “保温杯 0” only 1 can still come back."
        assert row.state == "received"
        assert not StockMove.objects.exists()

    def test_a_line_that_was_not_counted_stops_the_inspection(self, sent_off: Make, received: Make) -> None:
        row = received(sent_off(lines=2))

        with pytest.raises(Invalid):
            inspect_return(row.pk, counts=dict(list(all_good(row).items())[:1]), by=SYSTEM)

        row.refresh_from_db()
        assert row.state == "received"

    def test_an_empty_parcel_is_counted_with_nothing(self, received: Make) -> None:
        row = received()
        nothing = {line.pk: Count(0, 0) for line in row.lines.all()}

        inspect_return(row.pk, counts=nothing, reason="空包裹", by=SYSTEM)

        row.refresh_from_db()
        assert row.state == "inspected"
        assert not StockMove.objects.exists()

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_fewer_than_announced_is_refused_without_a_reason(
        self, received: Make, bins: dict[str, Any], reason: str
    ) -> None:
        row = received(of={"lines": 3})
        came, *lost = row.lines.all()
        counts = {came.pk: Count(1, 0, bins["pick"].pk), **{line.pk: Count(0, 0) for line in lost}}

        with pytest.raises(Invalid) as refused:
            inspect_return(row.pk, counts=counts, reason=reason, by=SYSTEM)

        row.refresh_from_db()
        assert said(refused.value) == "Fewer came than were announced: 2 missing. Say why."
        assert row.state == "received"
        assert not StockMove.objects.exists()

    def test_why_fewer_came_stands_in_the_timeline_and_what_was_announced_stays(
        self, received: Make, bins: dict[str, Any]
    ) -> None:
        row = received(of={"lines": 2})
        came, lost = row.lines.all()

        inspect_return(
            row.pk, counts={came.pk: Count(1, 0, bins["pick"].pk), lost.pk: Count(0, 0)}, reason="少一件", by=SYSTEM
        )

        lines = row.lines.order_by("pk").values_list("quantity", "good_quantity", "bad_quantity")
        assert timeline_of(row)[0].reason == "少一件"
        assert list(lines) == [(1, 1, 0), (1, 0, 0)]
        assert broken() == []

    def test_a_reason_is_not_kept_when_nothing_is_missing(self, received: Make, bins: dict[str, Any]) -> None:
        row = received()

        inspect_return(row.pk, counts=all_good(row, bins["pick"].pk), reason="以为少一件", by=SYSTEM)

        assert timeline_of(row)[0].reason == ""

    def test_goods_without_a_sku_of_ours_are_counted_and_not_put_in_stock(self, sent_off: Make, received: Make) -> None:
        row = received(sent_off(mapped=False))

        inspect_return(row.pk, counts=all_good(row), by=SYSTEM)

        row.refresh_from_db()
        assert row.state == "inspected"
        assert not StockMove.objects.exists()
        assert broken() == []

    def test_customer_service_does_not_inspect(self, received: Make, bins: dict[str, Any], as_lin: Actor) -> None:
        row = received()

        with pytest.raises(NotAllowed):
            inspect_return(row.pk, counts=all_good(row, bins["pick"].pk), by=as_lin)

        row.refresh_from_db()
        assert row.state == "received"
