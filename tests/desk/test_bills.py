"""Bills and the worklist at the desk: upload, sums, decisions, and who sees what."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.audit.models import Export
from apps.core.calendar import SHANGHAI
from apps.finance.models import Bill, BillLine, Receipt
from apps.jobs.actions import run_job
from apps.org.models import Store, User
from tests.desk.pages import text_of
from tests.finance.conftest import (
    as_otto,
    checked,
    half_in,
    imported,
    line_of,
    order_of,
    received,
    refund_of,
)
from tests.finance.files import bill, fee, refund, sale

__all__ = ["as_otto", "checked", "half_in", "imported", "line_of", "order_of", "received", "refund_of"]
Browse = Callable[..., Client]
Make = Callable[..., Any]
A, B = "4001260901000010015", "4001260901000020026"


def test_an_accountant_uploads_a_bill_and_sees_its_sums_before_anything_is_in_the_books(
    browse: Browse, otto: User, qinghe: Store
) -> None:
    browser = browse(otto)
    files = {"store": str(qinghe.pk), "files": SimpleUploadedFile("九月.csv", bill(sale("128.00", A), fee("-6.40", A)))}

    answer = browser.post("/desk/bills/upload/", files)
    row = Bill.objects.get()
    run_job(row.check_job_id or 0)
    page = browser.get(f"/desk/bills/{row.pk}/").content.decode()

    assert answer["Location"] == f"/desk/bills/{row.pk}/"
    assert "The file is whole: 2 lines" in page
    assert "¥128.00" in page
    assert BillLine.objects.count() == 0


def test_a_file_that_came_before_leads_to_its_bill(browse: Browse, otto: User, qinghe: Store, checked: Make) -> None:
    known = checked(sale("128.00", A))

    files = {"store": str(qinghe.pk), "files": SimpleUploadedFile("again.csv", bill(sale("128.00", A)))}
    page = browse(otto).post("/desk/bills/upload/", files, headers={"hx-request": "true"}).content.decode()

    assert "was uploaded before" in page
    assert f'href="/desk/bills/{known.pk}/"' in page
    assert Bill.objects.count() == 1


def test_import_and_discard_are_said_on_the_bills_page(browse: Browse, otto: User, checked: Make) -> None:
    browser = browse(otto)
    row, other = checked(sale("128.00", A)), checked(sale("1.00", B))

    browser.post(f"/desk/bills/{row.pk}/run/")
    page = browser.post(f"/desk/bills/{other.pk}/discard/", follow=True).content.decode()
    row.refresh_from_db()
    other.refresh_from_db()

    assert (row.state, other.state) == ("importing", "discarded")
    assert "The bill was discarded; nothing was imported." in page


def test_a_bill_whose_import_stopped_says_that_a_part_of_it_is_in_the_books(
    browse: Browse, otto: User, half_in: Make
) -> None:
    row = half_in(sale("128.00", A))

    page = browse(otto).get(f"/desk/bills/{row.pk}/").content.decode()

    assert "a part of this bill is in the books" in page
    assert "Nothing is in the books yet" not in page


def test_the_bills_page_shows_that_the_parts_make_the_whole(
    browse: Browse, otto: User, imported: Make, order_of: Make
) -> None:
    order_of(A, "128.00")
    row = imported(sale("128.00", A), sale("45.00", B), fee("-6.40", A))

    page = browse(otto).get(f"/desk/bills/{row.pk}/").content.decode()

    for amount in ("¥166.60", "¥128.00", "¥45.00", "¥0.00", "−¥6.40"):
        assert amount in page
    assert "1 line over ¥45.00 has neither an order nor a cause yet." in " ".join(page.split())
    assert "There is no such order" in page


def test_the_worklist_says_of_each_line_why_it_has_no_order(
    browse: Browse, otto: User, *, imported: Make, order_of: Make, refund_of: Make, fengdu: Store
) -> None:
    numbers = [f"40012609010000{n:05d}" for n in range(6)]
    order_of(numbers[1], "50.00")
    order_of(numbers[2], "9.00", store=fengdu)
    refund_of(order_of(numbers[3], "9.00"), "5.00", "approved")
    refund_of(order_of(numbers[4], "9.00"), "4.00")
    order_of(numbers[5], "9.00")
    imported(
        sale("8.00", numbers[0]), sale("45.00", numbers[1]), sale("9.00", numbers[2]),
        *[refund("-5.00", number) for number in numbers[3:]], sale("7.00", "", merchant="T200P"),
    )  # fmt: skip

    page = " ".join(browse(otto).get("/desk/bill-lines/").content.decode().split())

    for sentence in (
        "There is no such order", "The amount differs by −¥5.00", "The order is another store&#x27;s",
        "The refund is not recorded as paid", "No paid refund of this amount", "No refund of this order is recorded",
        "It names no order",
    ):  # fmt: skip
        assert sentence.replace("&#x27;", "'") in page.replace("&#x27;", "'").replace("&#39;", "'")


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ("difference=amount", 1), ("difference=no_order", 1), ("class=sale", 2), ("class=refund", 0),
        (f"q={A}", 1), ("from=2026-09-06", 0), ("from=2026-09-05&to=2026-09-05", 2), ("bill=999999", 0),
        ("tab=apart", 1), ("tab=all", 3), ("store=bent&from=bent&bill=99999999999999999999", 2),
    ],
)  # fmt: skip
def test_the_worklist_is_narrowed_by_its_filters(
    browse: Browse, otto: User, *, imported: Make, order_of: Make, filters: str, left: int
) -> None:
    order_of(A, "50.00")
    imported(sale("45.00", A), sale("8.00", B), fee("-6.40", A))

    page = browse(otto).get(f"/desk/bill-lines/?{filters}").content.decode()

    assert page.count('<tr data-id="') == left


def test_a_line_is_matched_from_its_sheet_with_an_order_that_was_looked_for(
    browse: Browse, otto: User, imported: Make, order_of: Make, line_of: Make
) -> None:
    browser = browse(otto)
    order = order_of(B, "45.00")
    line = line_of(imported(sale("45.00", A)))
    headers = {"hx-request": "true", "hx-target": "sheet"}

    found = browser.get(f"/desk/bill-lines/{line.pk}/?find={B[:15]}", headers=headers).content.decode()
    answer = browser.post(f"/desk/bill-lines/{line.pk}/match/", {"order": order.pk}, headers=headers)

    line.refresh_from_db()
    assert B in found
    assert "list-changed" in answer["HX-Trigger"]
    assert (line.state, line.order) == ("matched", order)


def test_an_open_order_of_the_same_amount_is_suggested(
    browse: Browse, otto: User, imported: Make, order_of: Make, line_of: Make
) -> None:
    order_of(B, "45.00")
    order_of(A, "46.00")
    today = timezone.localdate()
    row = imported(
        sale("45.00", "", merchant="CHARGE", at=f"{today} 23:59:59"),
        first=f"{today} 00:00:00", last=f"{today + dt.timedelta(days=1)} 00:00:00",
    )  # fmt: skip

    page = browse(otto).get(f"/desk/bill-lines/{line_of(row).pk}/").content.decode()

    assert B in page
    assert A not in page


def test_a_refused_decision_stands_in_the_sheet_and_nothing_changed(
    browse: Browse, otto: User, imported: Make, order_of: Make, line_of: Make
) -> None:
    order = order_of(B, "50.00")
    line = line_of(imported(sale("45.00", A)))
    headers = {"hx-request": "true", "hx-target": "sheet"}

    browser = browse(otto)
    address = f"/desk/bill-lines/{line.pk}/match/"

    page = browser.post(address, {"order": order.pk}, headers=headers).content.decode()
    looked_for = browser.post(address, {"order": order.pk, "find": B[:15]}, headers=headers).content.decode()

    assert "The amounts differ; say in the remark why they belong together." in page
    assert (B in page, B in looked_for) == (False, True)
    assert Receipt.objects.count() == 0


def test_an_answer_on_the_lines_own_page_has_no_drawer_to_close(
    browse: Browse, otto: User, imported: Make, line_of: Make
) -> None:
    address = f"/desk/bill-lines/{line_of(imported(sale('45.00', A))).pk}/"
    client = browse(otto, htmx="sheet")
    own_page = browse(otto).get(address).content.decode()

    in_drawer = client.post(f"{address}explain/", {"cause": "nonsense"}).content.decode()
    on_page = client.post(f"{address}explain/", {"cause": "nonsense"}, headers={"HX-Standing": "1"}).content.decode()

    assert '{"HX-Standing": "1"}' in own_page
    assert "data-close" in in_drawer
    assert "data-close" not in on_page


def test_explain_dispute_and_take_back_from_the_sheet(
    browse: Browse, otto: User, imported: Make, line_of: Make
) -> None:
    browser = browse(otto)
    row = imported(sale("45.00", A), sale("7.00", B))
    first, second = line_of(row), line_of(row, 1)

    browser.post(f"/desk/bill-lines/{first.pk}/explain/", {"cause": "outside", "remark": "线下"})
    browser.post(f"/desk/bill-lines/{second.pk}/dispute/", {"reason": "多打一笔"})
    states = [BillLine.objects.get(pk=line.pk).state for line in (first, second)]
    browser.post(f"/desk/bill-lines/{first.pk}/undo/", {"reason": "查错了"})
    page = browser.get(f"/desk/bill-lines/{first.pk}/").content.decode()

    assert states == ["explained", "disputed"]
    assert "cause: — → Order outside the platform" in " ".join(page.split())
    assert "decided by:" not in page
    assert BillLine.objects.get(pk=first.pk).state == "unmatched"
    assert "Reversal" in page
    assert "查错了" in page


def test_many_lines_are_explained_at_once_and_each_refusal_is_named(
    browse: Browse, otto: User, imported: Make, order_of: Make
) -> None:
    order_of(A, "128.00")
    row = imported(sale("128.00", A), sale("45.00", B), fee("-6.40", A))
    keys = list(row.lines.values_list("pk", flat=True))

    answer = browse(otto).post(
        "/desk/bill-lines/bulk/", {"do": "explain", "cause": "test", "ids": keys}, headers={"hx-request": "true"}
    )

    page = " ".join(answer.content.decode().split())
    assert "1 line was changed." in page
    assert page.count("/desk/bill-lines/") == 2
    assert sorted(row.lines.values_list("state", flat=True)) == ["apart", "explained", "matched"]


def test_the_worklist_of_one_bill_says_so_and_its_sums_follow_each_decision(
    browse: Browse, otto: User, imported: Make, line_of: Make
) -> None:
    row = imported(sale("45.00", A), sale("7.00", B))
    browser = browse(otto)
    address = f"/desk/bill-lines/?bill={row.pk}"

    page = text_of(browser.get(address))
    browser.post(f"/desk/bill-lines/{line_of(row).pk}/explain/", {"cause": "outside"})
    again = text_of(browser.get(address, headers={"hx-request": "true", "hx-target": "results"}))

    assert 'href="/desk/bill-lines/?tab=unmatched"' in page
    assert page.count(row.name) == 1
    assert '<div id="sums" hx-swap-oob="true">' in again
    assert ("¥52.00" in page, "¥7.00" in again, "¥45.00" in again) == (True, True, True)


def test_a_bulk_without_lines_is_refused(browse: Browse, otto: User) -> None:
    answer = browse(otto).post("/desk/bill-lines/bulk/", {"do": "explain", "cause": "test"})

    assert "Choose at least one line." in answer.content.decode()


def test_an_export_is_what_is_filtered_and_stands_in_the_book(
    browse: Browse, otto: User, imported: Make, order_of: Make
) -> None:
    order_of(A, "128.00")
    imported(sale("128.00", A), sale("45.00", B))

    answer = browse(otto).post("/desk/bill-lines/export/", {"tab": "unmatched"})

    entry = Export.objects.get()
    assert answer["Content-Disposition"].startswith("attachment")
    assert (entry.kind, entry.rows, entry.query) == ("bill_lines", 1, {"tab": "unmatched"})


def test_without_the_right_to_export_there_is_no_file_and_no_entry(
    browse: Browse, person: Callable[..., User], imported: Make
) -> None:
    imported(sale("45.00", B))

    answer = browse(person("max", "manager")).post("/desk/bill-lines/export/", {"tab": "all"})

    assert answer.status_code == 403
    assert Export.objects.count() == 0


def test_another_stores_bills_and_lines_are_not_there(
    browse: Browse, person: Callable[..., User], imported: Make, line_of: Make, fengdu: Store
) -> None:
    from django.contrib.auth.models import Permission

    row = imported(sale("45.00", B))
    line = line_of(row)
    clerk = person("jo", stores=(fengdu,))
    rights = ["view_bill", "view_billline", "match_line", "run_bill", "add_bill", "export_line"]
    clerk.user_permissions.set(Permission.objects.filter(content_type__app_label="finance", codename__in=rights))
    browser = browse(clerk)

    reads = [f"/desk/bills/{row.pk}/", f"/desk/bill-lines/{line.pk}/"]
    writes = [f"/desk/bills/{row.pk}/run/", f"/desk/bill-lines/{line.pk}/explain/"]

    assert [browser.get(address).status_code for address in reads] == [404, 404]
    assert [browser.post(address, {"cause": "test"}).status_code for address in writes] == [404, 404]
    assert "45.00" not in browser.get("/desk/bill-lines/?tab=all").content.decode()
    assert row.name not in browser.get("/desk/bills/").content.decode()
    browser.post("/desk/bill-lines/bulk/", {"do": "explain", "cause": "test", "ids": [line.pk]})
    assert BillLine.objects.get(pk=line.pk).state == "unmatched"


def test_the_first_page_of_finance_names_missing_bills_open_lines_and_refunds_to_pay(
    browse: Browse, otto: User, *, imported: Make, order_of: Make, refund_of: Make, fengdu: Store
) -> None:
    refund_of(order_of(A, "99.00"), "15.00", "approved")
    first = (timezone.localdate().replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    end = timezone.localdate().replace(day=1)
    imported(
        sale("45.00", B, at=f"{first} 10:00:00"), first=f"{first} 00:00:00", last=f"{end} 00:00:00", name="letzter.csv"
    )

    page = " ".join(browse(otto).get("/desk/").content.decode().split())

    assert "bills of last month missing" in page
    assert "no bill yet" in page
    assert "1 line over ¥45.00 open" in page
    assert "Refunds to pay: ¥15.00" in page


@pytest.mark.parametrize(("days", "said"), [(1, "Days missing"), (None, "Reconciled")])
def test_last_month_is_reconciled_only_when_none_of_its_days_is_missing(
    browse: Browse, otto: User, *, imported: Make, order_of: Make, days: int | None, said: str
) -> None:
    end = timezone.localdate().replace(day=1)
    first = (end - dt.timedelta(days=1)).replace(day=1)
    order_of(A, "45.00")
    last = first + dt.timedelta(days=days) if days else end
    imported(sale("45.00", A, at=f"{first} 10:00:00"), first=f"{first} 00:00:00", last=f"{last} 00:00:00")

    page = browse(otto).get("/desk/").content.decode()

    assert [word for word in ("Days missing", "Reconciled") if f">{word}<" in page] == [said]


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ("from=2026-09-20", "All lines of 2026-09"), ("to=2026-09-20&tab=matched", "All lines of 2026-09"),
        ("from=2026-08-20", ""), ("from=2026-10-01", "All lines of 2026-10"), ("bill={bill}", "All lines"),
        ("from=0001-01-01&to=9999-12-31", ""),
    ],
)  # fmt: skip
def test_the_worklist_sums_up_one_month_or_one_bill(
    browse: Browse, otto: User, *, imported: Make, filters: str, said: str
) -> None:
    row = imported(sale("45.00", A))
    imported(
        sale("7.00", B, at="2026-10-02 08:00:00", serial="9" * 24),
        first="2026-10-01 00:00:00", last="2026-11-01 00:00:00",
    )  # fmt: skip

    with time_machine.travel(dt.datetime(2026, 9, 15, 10, tzinfo=SHANGHAI), tick=False):
        answer = browse(otto).get(f"/desk/bill-lines/?{filters.format(bill=row.pk)}")

    page = " ".join(answer.content.decode().split())
    total = {"All lines of 2026-10": "¥7.00"}.get(said, "¥45.00")
    assert answer.status_code == 200
    assert ('class="equation"' in page) is bool(said)
    assert not said or f"<dt> {said} </dt> <dd> {total} </dd>" in page


@pytest.mark.parametrize("address", ["/desk/bill-lines/", "/desk/bills/", "/desk/bill-lines/?tab=all", "bill"])
def test_a_page_takes_as_many_statements_for_forty_lines_as_for_four(
    browse: Browse, otto: User, imported: Make, order_of: Make, address: str
) -> None:
    counts = []
    for month, size in ((9, 4), (10, 40)):
        row = imported(
            *[sale("8.00", f"4001{month:02d}{n:013d}", at=f"2026-{month:02d}-05 10:00:00", serial=f"{month}{n:022d}") for n in range(size)],
            first=f"2026-{month:02d}-01 00:00:00", last=f"2026-{month + 1:02d}-01 00:00:00",
        )  # fmt: skip
        browser = browse(otto)
        browser.get("/desk/")
        with CaptureQueriesContext(connection) as captured:
            answer = browser.get(f"/desk/bills/{row.pk}/" if address == "bill" else address)
        assert answer.status_code == 200
        counts.append(len(captured))

    assert counts[0] == counts[1]
    assert counts[0] <= 16
