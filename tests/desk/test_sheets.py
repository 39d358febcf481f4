"""Sheets through the pages: template, upload, dry run, apply, refused rows."""

import io
from collections.abc import Callable

import pytest
from django.test import Client

from apps.core.tabular import open_table
from apps.core.tabular.marks import LOST_DIGITS, lost_digits
from apps.jobs.actions import run_job
from apps.org.models import Store, User
from apps.sheets.models import Sheet, SheetRow
from apps.stores.models import Sku
from tests.sheets.conftest import a_file

Browse = Callable[..., Client]
HEADER = ["商家编码", "商品编码", "商品名称", "成本价"]
ROWS = (["QH-1", "QH", "", "39"], ["QH-2", "QH", "", "2.00"], ["QH-3", "P9", "", "3"], ["QH-4", "", "", ""])


@pytest.fixture
def wei(person: Callable[..., User]) -> User:
    """Planner."""
    return person("wei", "planner")


@pytest.fixture
def uploaded(browse: Browse, wei: User, a_sku: Callable[..., Sku]) -> Callable[..., Sheet]:
    """Upload a sheet with one new, one changed, one unchanged and one refused row through the page; run the check."""
    a_sku("QH-1", cost_amount="38.50")
    a_sku("QH-4")

    def make(*, check: bool = True) -> Sheet:
        browse(wei).post("/desk/sheets/upload/", {"kind": "skus", "file": a_file(HEADER, *ROWS, name="秋季.csv")})
        sheet = Sheet.objects.latest("pk")
        if check:
            run_job(sheet.check_job_id or 0)
            sheet.refresh_from_db()
        return sheet

    return make


def test_the_page_offers_the_kinds_that_one_may_bring_in(browse: Browse, wei: User, qinghe: Store, lin: User) -> None:
    skus = browse(wei).get("/desk/sheets/").content.decode()
    listings = browse(wei).get("/desk/sheets/?kind=listings").content.decode()

    assert 'href="?kind=listings"' in skus
    assert 'name="place"' not in skus
    assert f'<option value="{qinghe.pk}">青禾小铺</option>' in listings
    assert "No sheet has been uploaded yet" in skus
    assert "Bins" not in skus
    assert browse(lin).get("/desk/sheets/").status_code == 403


@pytest.mark.parametrize(("language", "first"), [("en", "SKU code"), ("zh-hans", "商家编码")])
def test_a_template_has_the_headers_in_the_readers_language_and_an_example(
    browse: Browse, wei: User, language: str, first: str
) -> None:
    User.objects.filter(pk=wei.pk).update(language=language)
    wei.refresh_from_db()

    answer = browse(wei, language=language).get("/desk/sheets/templates/skus/")
    with open_table(io.BytesIO(b"".join(answer.streaming_content))) as table:
        header, rows = table.header, [row.cells for row in table.rows()]

    assert answer["Content-Disposition"].startswith("attachment")
    assert (header[0], rows[0][0], len(rows)) == (first, "QH-0381-BK", 1)


def test_a_template_of_a_foreign_kind_is_not_there(browse: Browse, wei: User) -> None:
    assert browse(wei).get("/desk/sheets/templates/bins/").status_code == 404
    assert browse(wei).get("/desk/sheets/templates/nothing/").status_code == 404


def test_an_upload_leads_to_its_sheet_which_asks_until_the_check_is_done(
    browse: Browse, wei: User, uploaded: Callable[..., Sheet]
) -> None:
    sheet = uploaded(check=False)
    client = browse(wei, htmx="sheet-body")

    waiting = client.get(f"/desk/sheets/{sheet.pk}/")
    run_job(sheet.check_job_id or 0)
    done = client.get(f"/desk/sheets/{sheet.pk}/")

    assert (waiting.status_code, done.status_code) == (200, 286)
    assert 'hx-trigger="every 2s"' in waiting.content.decode()
    assert 'hx-trigger="every 2s"' not in done.content.decode()


def test_a_dry_run_says_in_words_what_would_happen_and_that_nothing_has(
    browse: Browse, wei: User, uploaded: Callable[..., Sheet]
) -> None:
    sheet = uploaded()

    page = browse(wei).get(f"/desk/sheets/{sheet.pk}/").content.decode()
    refused = browse(wei).get(f"/desk/sheets/{sheet.pk}/?rows=refused").content.decode()

    assert "1 new, 1 changed, 1 unchanged, 1 refused. Nothing has been changed yet." in page
    assert "38.50 →" in page
    assert "There is no product P9 yet. Write its name beside it, and it will be made." in refused
    assert "38.50 →" not in refused
    assert Sku.objects.count() == 2


def test_a_figure_that_lost_digits_is_shown_as_it_stands_in_the_file(
    browse: Browse, wei: User, uploaded: Callable[..., Sheet]
) -> None:
    sheet = uploaded()
    SheetRow.objects.filter(sheet=sheet, verdict="refused").update(values={"code": lost_digits("6901234567890120")})

    page = browse(wei).get(f"/desk/sheets/{sheet.pk}/?rows=refused").content.decode()

    assert "6901234567890120" in page
    assert LOST_DIGITS not in page


def test_applying_tells_each_row_its_result_and_a_second_click_changes_nothing(
    browse: Browse, wei: User, uploaded: Callable[..., Sheet]
) -> None:
    sheet = uploaded()
    client = browse(wei)

    client.post(f"/desk/sheets/{sheet.pk}/apply/")
    sheet.refresh_from_db()
    run_job(sheet.apply_job_id or 0)
    again = client.post(f"/desk/sheets/{sheet.pk}/apply/", follow=True).content.decode()

    assert "Applied: 1 new, 1 changed, 1 unchanged, 1 refused." in again
    assert "This is not possible while it is “Applied”." in again
    assert "What became of each row" in again
    assert Sku.objects.count() == 3


def test_the_same_file_again_opens_its_sheet(browse: Browse, wei: User, uploaded: Callable[..., Sheet]) -> None:
    sheet = uploaded()

    answer = browse(wei, htmx="upload-refusal").post(
        "/desk/sheets/upload/", {"kind": "skus", "file": a_file(HEADER, *ROWS)}
    )

    assert answer["HX-Redirect"] == f"/desk/sheets/{sheet.pk}/"
    assert Sheet.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "skus"}, "Choose a file."),
        ({"kind": "listings", "file": a_file(["平台商品ID"], ["7001"])}, "There is no such record, or it belongs to another store."),
        ({"kind": "bins", "file": a_file(["库位"], ["A1"])}, "You do not have the right to import this kind of sheet."),
        ({"kind": "nothing", "file": a_file(["库位"], ["A1"])}, "There is no such kind of sheet."),
    ],
)  # fmt: skip
def test_an_upload_that_cannot_be_taken_says_why(
    browse: Browse, wei: User, fields: dict[str, object], sentence: str
) -> None:
    if "file" in fields:
        fields["file"].seek(0)

    answer = browse(wei, htmx="upload-refusal").post("/desk/sheets/upload/", fields)

    assert sentence in answer.content.decode()
    assert Sheet.objects.count() == 0


def test_a_refused_file_says_why_and_offers_another_upload(browse: Browse, wei: User) -> None:
    browse(wei).post("/desk/sheets/upload/", {"kind": "skus", "file": a_file(["商家编码", "备注"], ["QH-1", "x"])})
    sheet = Sheet.objects.get()
    run_job(sheet.check_job_id or 0)

    page = browse(wei).get(f"/desk/sheets/{sheet.pk}/").content.decode()

    assert "sheet.csv: Row 1, column B: “备注” is no column of this kind of sheet." in page
    assert "This sheet cannot be used. Nothing was changed; upload it again once it is corrected." in page
    assert f"/desk/sheets/{sheet.pk}/apply/" not in page


def test_refused_rows_come_back_as_a_workbook_with_their_reasons(
    browse: Browse, wei: User, uploaded: Callable[..., Sheet]
) -> None:
    sheet = uploaded()

    answer = browse(wei).get(f"/desk/sheets/{sheet.pk}/refused/")
    with open_table(io.BytesIO(b"".join(answer.streaming_content))) as table:
        header, rows = table.header, [row.cells for row in table.rows()]

    assert answer["X-Content-Type-Options"] == "nosniff"
    assert (header[:2], len(rows), rows[0][1]) == (["Reason", "SKU code"], 1, "QH-3")


def test_a_discarded_sheet_frees_its_file(browse: Browse, wei: User, uploaded: Callable[..., Sheet]) -> None:
    sheet = uploaded()

    page = browse(wei).post(f"/desk/sheets/{sheet.pk}/discard/", follow=True).content.decode()
    again = uploaded()

    sheet.refresh_from_db()
    assert "This sheet was discarded; nothing was changed." in page
    assert (sheet.state, again.state, again.pk != sheet.pk) == ("cancelled", "checked", True)


def test_a_sheet_of_somebody_elses_is_not_there(
    browse: Browse, person: Callable[..., User], uploaded: Callable[..., Sheet]
) -> None:
    sheet = uploaded()
    client = browse(person("ning", "planner"))

    answers = [
        client.get(f"/desk/sheets/{sheet.pk}/"),
        client.post(f"/desk/sheets/{sheet.pk}/apply/"),
        client.post(f"/desk/sheets/{sheet.pk}/discard/"),
        client.get(f"/desk/sheets/{sheet.pk}/refused/"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert "秋季.csv" not in client.get("/desk/sheets/").content.decode()
    sheet.refresh_from_db()
    assert sheet.state == "checked"


def test_a_page_of_a_sheet_asks_the_same_number_of_statements_for_one_row_and_for_many(
    browse: Browse, wei: User, django_assert_max_num_queries: Callable[..., object]
) -> None:
    client = browse(wei)
    for count in (1, 80):
        rows = [[f"S{count}-{n}", "QH", "杯", "1"] for n in range(count)]
        client.post("/desk/sheets/upload/", {"kind": "skus", "file": a_file(HEADER, *rows)})
        run_job(Sheet.objects.latest("pk").check_job_id or 0)
    asked = []
    for sheet in Sheet.objects.order_by("pk"):
        client.get(f"/desk/sheets/{sheet.pk}/")
        with django_assert_max_num_queries(30) as seen:
            client.get(f"/desk/sheets/{sheet.pk}/")
        asked.append(len(seen))

    assert asked[0] == asked[1]
