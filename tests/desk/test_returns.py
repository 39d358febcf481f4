"""Returns at the desk: who comes in, also to refunds, what a scan answers, what the buttons do and what they refuse."""

import json
import re
import uuid
from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client

from apps.aftersales.actions import approve_refund
from apps.aftersales.models import ReturnOrder, ReturnReason
from apps.audit.models import Export
from apps.org.actors import SYSTEM
from apps.org.models import Store, User
from apps.stores.models import Sku

Browse = Callable[..., Client]
Make = Callable[..., Any]
CAST = ("lin", "mara", "noor", "otto", "pia")
SEE = {"lin", "mara", "noor", "otto"}
WAYBILL = "SF1234567890123"


def text_of(answer: Any) -> str:
    """The page as text."""
    return str(answer.content.decode())


class TestWhoComesIn:
    """The permission table of these pages."""

    PAGES = {
        "/desk/returns/": SEE,
        "/desk/refunds/": {"lin", "mara", "otto"},
    }

    @pytest.mark.parametrize("who", CAST)
    @pytest.mark.parametrize("page", PAGES)
    def test_a_page_opens_for_those_whose_role_has_its_right(
        self, request: pytest.FixtureRequest, browse: Browse, who: str, page: str
    ) -> None:
        answer = browse(request.getfixturevalue(who)).get(page)

        assert answer.status_code == (200 if who in self.PAGES[page] else 403)

    @pytest.mark.parametrize("who", CAST)
    def test_the_form_of_a_new_return_is_customer_services(
        self,
        request: pytest.FixtureRequest,
        browse: Browse,
        sent_off: Make,
        who: str,
    ) -> None:
        answer = browse(request.getfixturevalue(who)).get(f"/desk/returns/new/{sent_off().pk}/")

        assert answer.status_code == (200 if who in {"lin", "mara"} else 403)

    @pytest.mark.parametrize("who", CAST)
    def test_an_export_is_for_those_who_have_the_right(
        self, request: pytest.FixtureRequest, browse: Browse, who: str
    ) -> None:
        answer = browse(request.getfixturevalue(who)).post("/desk/returns/export/", {"tab": "all"})

        assert answer.status_code == (200 if who in {"mara", "otto"} else 403)
        assert Export.objects.count() == (1 if who in {"mara", "otto"} else 0)

    def test_a_foreign_return_and_refund_are_not_there(
        self,
        browse: Browse,
        announced: Make,
        asked: Make,
        fengdu: Store,
        mara: User,
    ) -> None:
        row = announced(of={"store": fengdu}, waybill=WAYBILL)
        order, refund = row.shipping_order, asked(row.shipping_order)
        client = browse(mara)

        answers = [
            client.get(f"/desk/returns/{row.pk}/"),
            client.post(f"/desk/returns/{row.pk}/cancel/", {"reason": "x"}),
            client.get(f"/desk/returns/new/{order.pk}/"),
            client.get(f"/desk/refunds/{refund.pk}/"),
            client.post(f"/desk/refunds/{refund.pk}/approve/"),
            client.get(f"/desk/refunds/order/{order.lead_order_id}/"),
            client.post(f"/desk/refunds/order/{order.lead_order_id}/request/", {"amount": "1"}),
        ]

        assert [answer.status_code for answer in answers] == [404] * 7
        assert row.number not in text_of(client.get("/desk/returns/?tab=all"))
        assert refund.number not in text_of(client.get("/desk/refunds/?tab=all"))
        row.refresh_from_db()
        refund.refresh_from_db()
        assert (row.state, refund.state) == ("announced", "requested")

    def test_the_warehouse_sees_no_money(
        self, browse: Browse, sent_off: Make, inspected: Make, asked: Make, noor: User
    ) -> None:
        order = sent_off(paid="4321.00")
        row = inspected(order)
        refund = asked(order, return_pk=row.pk)

        page = text_of(browse(noor).get(f"/desk/returns/{row.pk}/"))

        assert "4,321.00" not in page
        assert refund.number not in page
        assert browse(noor).get(f"/desk/refunds/{refund.pk}/").status_code == 403


class TestScanBox:
    """The box above the list."""

    ADDRESS = "/desk/returns/scan/"

    def test_an_announced_parcel_is_received_with_a_good_sound_and_the_list_follows(
        self,
        browse: Browse,
        announced: Make,
        noor: User,
    ) -> None:
        row = announced(waybill=WAYBILL)

        answer = browse(noor, htmx="scan-result").post(self.ADDRESS, {"code": f" {WAYBILL.lower()} \n"})

        page = text_of(answer)
        assert 'data-sound="good"' in page
        assert "Received." in page
        assert f"/desk/returns/{row.pk}/" in page
        assert json.loads(answer["HX-Trigger"]) == {"returns-changed": True}

    def test_an_unknown_parcel_sounds_different_and_says_what_became_of_it(self, browse: Browse, noor: User) -> None:
        page = text_of(browse(noor, htmx="scan-result").post(self.ADDRESS, {"code": WAYBILL}))

        assert 'data-sound="bad"' in page
        assert "Nobody has announced this parcel; it is kept as ownerless." in page
        assert ReturnOrder.objects.get().is_ownerless

    def test_a_number_that_nobody_knows_is_refused_in_words(self, browse: Browse, lin: User) -> None:
        answer = browse(lin, htmx="scan-result").post(self.ADDRESS, {"code": "YT0000000000001"})

        assert "There is no return and no order under YT0000000000001." in text_of(answer)
        assert 'role="alert"' in text_of(answer)
        assert "HX-Trigger" not in answer
        assert not ReturnOrder.objects.exists()

    def test_an_order_number_offers_a_new_return(self, browse: Browse, lin: User, sent_off: Make) -> None:
        order = sent_off()

        page = text_of(browse(lin, htmx="scan-result").post(self.ADDRESS, {"code": order.lead_order.number}))

        assert f"/desk/returns/new/{order.pk}/" in page

    def test_without_a_script_the_list_says_it(self, browse: Browse, noor: User) -> None:
        page = text_of(browse(noor).post(self.ADDRESS, {"code": WAYBILL}))

        assert "<html" in page
        assert "kept as ownerless" in page

    def test_who_works_in_two_warehouses_chooses_one_and_keeps_it(
        self, browse: Browse, noor: User, fengdu: Store
    ) -> None:
        noor.warehouse_grants.create(warehouse=fengdu.warehouse)
        client = browse(noor)

        refused = text_of(client.post(self.ADDRESS, {"code": WAYBILL}))
        client.post(self.ADDRESS, {"code": WAYBILL, "warehouse": fengdu.warehouse_id})
        page = text_of(client.get("/desk/returns/"))

        assert "Choose the warehouse in which you are scanning." in refused
        assert ReturnOrder.objects.get().warehouse_id == fengdu.warehouse_id
        assert re.search(rf'value="{fengdu.warehouse_id}"\s+selected', page)


class TestList:
    """Tabs with their counts and their kinds of nothing."""

    def test_each_return_stands_in_its_tab_and_is_counted(
        self, browse: Browse, lin: User, announced: Make, received: Make, inspected: Make
    ) -> None:
        rows = {"to_receive": announced(), "to_inspect": received(), "to_refund": inspected()}
        client = browse(lin)

        for tab, row in rows.items():
            page = text_of(client.get(f"/desk/returns/?tab={tab}"))
            assert row.number in page
            assert not any(other.number in page for other in rows.values() if other.pk != row.pk)
            assert re.search(rf'\?tab={tab}"[^>]*aria-current="page">[^<]*<em>1</em>', page)

    def test_a_return_whose_money_went_back_no_longer_waits_for_it(
        self, browse: Browse, lin: User, otto: User, inspected: Make, asked: Make
    ) -> None:
        row = inspected()
        refund = asked(row.shipping_order, return_pk=row.pk)
        approve_refund(refund.pk, by=SYSTEM)
        client = browse(lin)
        before = text_of(client.get("/desk/returns/?tab=to_refund"))

        browse(otto, htmx="sheet").post(f"/desk/refunds/{refund.pk}/pay/", {"platform_number": "T-1"})

        assert row.number in before
        assert row.number not in text_of(client.get("/desk/returns/?tab=to_refund"))

    @pytest.mark.parametrize("tab", ["to_receive", "to_inspect", "to_refund", "ownerless", "closed", "all", "nonsense"])
    def test_an_empty_tab_says_how_something_comes_here(self, browse: Browse, lin: User, tab: str) -> None:
        assert 'class="empty"' in text_of(browse(lin).get(f"/desk/returns/?tab={tab}"))

    def test_older_returns_are_a_page_further(
        self, browse: Browse, lin: User, announced: Make, monkeypatch: Any
    ) -> None:
        from apps.desk.views import returns as views

        monkeypatch.setattr(views, "PAGE_SIZE", 2)
        numbers = [announced().number for _ in range(3)]
        client = browse(lin)

        first = text_of(client.get("/desk/returns/?tab=to_receive"))
        older = re.search(r'href="(\?tab=to_receive&amp;below=\d+)"', first)
        assert older
        second = text_of(client.get("/desk/returns/" + older[1].replace("&amp;", "&")))

        assert [number in first for number in numbers] == [False, True, True]
        assert [number in second for number in numbers] == [True, False, False]

    def test_the_export_holds_the_lines_and_the_book_knows(
        self,
        browse: Browse,
        mara: User,
        inspected: Make,
    ) -> None:
        row = inspected()

        answer = browse(mara).post("/desk/returns/export/", {"tab": "all"})

        sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active
        cells = [[cell.value for cell in line] for line in sheet.iter_rows()]
        assert cells[1][0] == row.number
        assert cells[1][8:14] == ["Quality problem", "QH-000", "保温杯 0", 1, 1, 0]
        book = Export.objects.get()
        assert (book.kind, book.rows, book.query, book.user_name) == ("returns", 1, {"tab": "all"}, "Mara")


class TestSheet:
    """One return and its verbs."""

    def test_from_the_orders_page_to_an_announced_return(
        self,
        browse: Browse,
        lin: User,
        sent_off: Make,
        reasons: dict[str, ReturnReason],
    ) -> None:
        order = sent_off()
        line, key = order.lines.get(), str(uuid.uuid4())
        client = browse(lin)
        form = {"key": key, f"quantity-{line.pk}": "1", "reason": reasons["quality"].pk, "waybill": WAYBILL}

        link = text_of(client.get(f"/desk/orders/{order.pk}/"))
        answer = client.post(f"/desk/returns/new/{order.pk}/", form, follow=True)
        client.post(f"/desk/returns/new/{order.pk}/", form)

        row = ReturnOrder.objects.get()
        assert f"/desk/returns/new/{order.pk}/" in link
        assert answer.redirect_chain == [(f"/desk/returns/{row.pk}/", 302)]
        assert "The return was announced." in text_of(answer)
        assert (row.waybill_number, row.announced_by) == (WAYBILL, lin)

    @pytest.mark.parametrize(
        "wrong",
        [
            ({"reason": ""}, "Please choose why the goods come back."),
            ({"quantity": "0"}, "Choose at least one piece of this order that comes back."),
            ({"quantity": "x"}, "A count is a whole number from zero on."),
            ({"quantity": "2"}, "only 1 can still come back."),
            ({"waybill": "12"}, "This is not a waybill number"),
            ({"key": "nonsense"}, "This form is not complete; open the page again."),
        ],
    )
    def test_a_form_that_cannot_be_is_told_so_and_changes_nothing(
        self,
        browse: Browse,
        lin: User,
        sent_off: Make,
        reasons: dict[str, ReturnReason],
        wrong: tuple[dict[str, str], str],
    ) -> None:
        (change, sentence), order = wrong, sent_off()
        line = order.lines.get()
        form: dict[str, Any] = {"key": str(uuid.uuid4()), "quantity": "1", "reason": reasons["quality"].pk, **change}
        form[f"quantity-{line.pk}"] = form.pop("quantity")

        page = text_of(browse(lin).post(f"/desk/returns/new/{order.pk}/", form))

        assert sentence in page
        assert not ReturnOrder.objects.exists()

    def test_a_refused_form_keeps_how_many_pieces_come_back(
        self,
        browse: Browse,
        lin: User,
        sent_off: Make,
    ) -> None:
        order = sent_off()
        box = f"quantity-{order.lines.get().pk}"

        answer = browse(lin).post(f"/desk/returns/new/{order.pk}/", {"key": str(uuid.uuid4()), box: "1", "reason": ""})

        assert re.search(rf'name="{box}"[^>]*value="1"', text_of(answer))
        assert not ReturnOrder.objects.exists()

    @pytest.mark.rule("AFT-04")
    def test_the_picker_inspects_on_the_sheet(
        self,
        browse: Browse,
        noor: User,
        received: Make,
        bins: dict[str, Any],
        balance: Make,
    ) -> None:
        row = received()
        line = row.lines.get()
        client = browse(noor, htmx="sheet")
        form = {f"good-{line.pk}": "0", f"bad-{line.pk}": "1", f"note-{line.pk}": "杯口有裂"}

        shown = text_of(client.get(f"/desk/returns/{row.pk}/"))
        answer = client.post(f"/desk/returns/{row.pk}/inspect/", form)
        again = text_of(client.post(f"/desk/returns/{row.pk}/inspect/", form))

        assert f'name="good-{line.pk}"' in shown
        assert "bad ones into the defects bin Z-99-01." in shown
        assert json.loads(answer["HX-Trigger"])["toast"]["text"] == "The inspection is finished."
        assert "1 announced · 0 good · 1 bad" in text_of(answer)
        assert "bad ones in Z-99-01" in text_of(answer)
        assert "Finish inspection: To inspect → Inspected" in text_of(answer)
        assert "It is already “Inspected”; nothing was changed." in again
        assert balance() == (0, 0, 1)

    def test_why_fewer_came_is_asked_for_and_told_with_where_the_rest_lies(
        self, browse: Browse, noor: User, received: Make, bins: dict[str, Any]
    ) -> None:
        row = received(of={"lines": 2})
        came, lost = row.lines.all()
        form = {f"good-{came.pk}": "1", f"bin-{came.pk}": bins["other"].pk, f"good-{lost.pk}": "0"}
        client = browse(noor, htmx="sheet")

        refused = text_of(client.post(f"/desk/returns/{row.pk}/inspect/", form))
        told = text_of(client.post(f"/desk/returns/{row.pk}/inspect/", {**form, "reason": "少一只杯子"}))

        assert "Fewer came than were announced: 1 missing. Say why." in refused
        assert "<q>少一只杯子</q>" in told
        assert "1 announced · 1 good · 0 bad" in told
        assert "1 announced · 0 good · 0 bad" in told
        assert told.count("good ones in B-02-02") == 1

    def test_a_warehouse_without_a_bin_for_defects_says_so_before_the_inspection(
        self, browse: Browse, noor: User, received: Make
    ) -> None:
        page = text_of(browse(noor).get(f"/desk/returns/{received().pk}/"))

        assert "This warehouse has no bin for defects: bad ones cannot be put away." in page

    def test_two_colours_of_one_product_are_told_apart_by_who_inspects(
        self, browse: Browse, noor: User, received: Make
    ) -> None:
        row = received()
        Sku.objects.filter(pk=row.lines.get().sku_id).update(properties="颜色分类：雾蓝")

        page = text_of(browse(noor).get(f"/desk/returns/{row.pk}/"))

        assert "QH-000 · 颜色分类：雾蓝" in page

    def test_a_refused_inspection_stands_in_the_sheet(self, browse: Browse, noor: User, received: Make) -> None:
        row = received()
        line = row.lines.get()

        answer = browse(noor, htmx="sheet").post(
            f"/desk/returns/{row.pk}/inspect/", {f"good-{line.pk}": "1", f"bad-{line.pk}": "0"}
        )

        assert "Choose the bin into which the good pieces of QH-000 go." in text_of(answer)
        row.refresh_from_db()
        assert row.state == "received"

    def test_an_ownerless_parcel_is_matched_on_its_sheet(
        self,
        browse: Browse,
        noor: User,
        lin: User,
        sent_off: Make,
    ) -> None:
        order = sent_off()
        browse(noor).post("/desk/returns/scan/", {"code": WAYBILL})
        row = ReturnOrder.objects.get()
        client = browse(lin, htmx="sheet")

        before = text_of(client.get(f"/desk/returns/{row.pk}/"))
        wrong = text_of(client.post(f"/desk/returns/{row.pk}/match/", {"number": "99999999"}))
        after = text_of(client.post(f"/desk/returns/{row.pk}/match/", {"number": order.lead_order.number}))

        assert "Nobody knows yet whose parcel this is." in before
        assert "No shipped order was found under 99999999." in wrong
        assert order.lead_order.number in after
        assert "Matched with an order" in after

    def test_a_verb_that_no_button_stands_for_is_not_there(self, browse: Browse, mara: User, announced: Make) -> None:
        assert browse(mara).post(f"/desk/returns/{announced().pk}/delete/").status_code == 404

    @pytest.mark.parametrize("address", ["scan/", "export/", "1/receive/"])
    def test_what_changes_something_is_never_done_by_following_a_link(
        self, browse: Browse, mara: User, address: str
    ) -> None:
        assert browse(mara).get(f"/desk/returns/{address}").status_code == 405

    def test_the_platforms_refund_status_stands_beside_the_money(
        self,
        browse: Browse,
        lin: User,
        sent_off: Make,
        inspected: Make,
    ) -> None:
        from django.db import transaction

        from apps.audit.context import signed
        from apps.orders.models import OrderLine

        order = sent_off()
        with transaction.atomic(), signed("orders.order.mirror", by=SYSTEM):
            OrderLine.objects.filter(order=order.lead_order_id).update(refund_state="wait_seller_receive")
        row = inspected(order)

        page = text_of(browse(lin).get(f"/desk/returns/{row.pk}/"))

        assert "Platform waits for our receipt" in page
