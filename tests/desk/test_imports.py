"""Upload, dry run, import and result, through the pages."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.audit.context import signed
from apps.jobs.actions import run_job
from apps.orders.actions import import_batch
from apps.orders.actions.expire import expire_rows
from apps.orders.actions.push import push_orders
from apps.orders.imports.pushed import PushedOrder
from apps.orders.models import ImportBatch, Order, StoreToken
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, User

Browse = Callable[..., Client]
CSV = Path(__file__).parents[2] / "fixtures" / "csv" / "taobao"
ORDERS, ITEMS = "ExportOrderList202609111042.csv", "ExportOrderDetailList202609111042.csv"


def sample(name: str) -> SimpleUploadedFile:
    """A sample file as a browser sends it."""
    return SimpleUploadedFile(name, (CSV / name).read_bytes())


@pytest.fixture
def uploaded(browse: Browse, lin: User, qinghe: Store) -> Callable[..., ImportBatch]:
    """Upload sample files for Qinghe through the page, and run the check."""
    Store.objects.filter(pk=qinghe.pk).update(export_name="青禾小铺(示例)")

    def make(*names: str, check: bool = True) -> ImportBatch:
        browse(lin).post("/desk/imports/upload/", {"store": qinghe.pk, "files": [sample(name) for name in names]})
        batch = ImportBatch.objects.latest("pk")
        if check:
            assert batch.check_job_id
            run_job(batch.check_job_id)
            batch.refresh_from_db()
        return batch

    return make


def test_an_upload_leads_to_its_batch_which_asks_until_the_check_is_done(
    browse: Browse, lin: User, uploaded: Callable[..., ImportBatch]
) -> None:
    batch = uploaded(ORDERS, ITEMS, check=False)
    client = browse(lin, htmx="batch")
    address = f"/desk/imports/{batch.pk}/"

    waiting = client.get(address)
    run_job(batch.check_job_id or 0)
    done = client.get(address)

    assert (waiting.status_code, done.status_code) == (200, 286)
    assert 'hx-trigger="every 2s"' in waiting.content.decode()
    assert 'hx-trigger="every 2s"' not in done.content.decode()


def test_a_dry_run_says_that_it_was_one_and_what_it_would_do(
    browse: Browse, lin: User, uploaded: Callable[..., ImportBatch]
) -> None:
    batch = uploaded(ORDERS, ITEMS)

    page = browse(lin).get(f"/desk/imports/{batch.pk}/").content.decode()

    assert "Nothing has been changed yet. The files hold 13 orders:" in page
    assert "This order is in the file twice; the second row is the same and was left out." in page
    assert "What an import would do" in page
    assert Order.objects.count() == 0


def test_importing_brings_the_orders_and_tells_each_row_its_result(
    browse: Browse, lin: User, uploaded: Callable[..., ImportBatch]
) -> None:
    batch = uploaded(ORDERS, ITEMS)
    client = browse(lin)

    client.post(f"/desk/imports/{batch.pk}/run/")
    batch.refresh_from_db()
    run_job(batch.import_job_id or 0)
    page = client.get(f"/desk/imports/{batch.pk}/").content.decode()

    assert "The import is done. The files held 13 orders:" in page
    assert "What became of each row" in page
    assert Order.objects.count() == 13


def test_a_row_leads_to_its_order_once_it_is_there(
    browse: Browse, lin: User, uploaded: Callable[..., ImportBatch]
) -> None:
    batch = uploaded(ORDERS, ITEMS)
    client = browse(lin)

    before = client.get(f"/desk/imports/{batch.pk}/").content.decode()
    client.post(f"/desk/imports/{batch.pk}/run/")
    batch.refresh_from_db()
    run_job(batch.import_job_id or 0)
    after = client.get(f"/desk/imports/{batch.pk}/").content.decode()

    assert not re.search(r"/desk/platform-orders/\d", before)
    for pk, number in Order.objects.values_list("pk", "number"):
        assert f'<a href="{reverse("desk:platform_order", args=[pk])}">{number}</a>' in after


def test_a_row_does_not_lead_to_an_order_that_the_reader_may_not_see(
    browse: Browse, lin: User, uploaded: Callable[..., ImportBatch]
) -> None:
    batch = uploaded(ORDERS, ITEMS)
    browse(lin).post(f"/desk/imports/{batch.pk}/run/")
    batch.refresh_from_db()
    run_job(batch.import_job_id or 0)
    lin.groups.get().permissions.remove(Permission.objects.get(codename="view_order"))

    page = browse(lin).get(f"/desk/imports/{batch.pk}/").content.decode()

    assert "The import is done." in page
    assert "4001260901000010015" in page
    assert not re.search(r"/desk/platform-orders/\d", page)


def test_the_same_file_again_is_refused_with_a_way_to_its_result(
    browse: Browse, lin: User, qinghe: Store, uploaded: Callable[..., ImportBatch]
) -> None:
    batch = uploaded(ORDERS)

    def again() -> str:
        form = {"store": qinghe.pk, "files": [sample(ORDERS)]}
        return browse(lin, htmx="upload-refusal").post("/desk/imports/upload/", form).content.decode()

    waiting = again()
    run_job(import_batch(batch.pk, by=Actor.of(lin)).import_job_id or 0)
    done = again()

    assert "nobody has imported it yet. Import that upload, or discard it" in waiting
    assert "This file was uploaded before; nothing was imported twice." in done
    assert all(f'href="/desk/imports/{batch.pk}/"' in said for said in (waiting, done))
    assert ImportBatch.objects.count() == 1


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (("own",), "Choose at least one file."),
        (("own", "empty.csv", b""), "The file “empty.csv” is empty."),
        (("foreign", "orders.csv", b"x,y"), "There is no such record, or it belongs to another store."),
        (("none", "orders.csv", b"x,y"), "There is no such record, or it belongs to another store."),
    ],
)
def test_an_upload_that_cannot_be_taken_says_why(
    browse: Browse, lin: User, fengdu: Store, upload: tuple[str, ...], sentence: str
) -> None:
    store, *file = upload
    own = lin.store_grants.get().store_id
    key = {"own": str(own), "foreign": str(fengdu.pk), "none": ""}[store]
    sent = [SimpleUploadedFile(*file)] if file else []

    answer = browse(lin, htmx="upload-refusal").post("/desk/imports/upload/", {"store": key, "files": sent})

    assert sentence in answer.content.decode()
    assert ImportBatch.objects.count() == 0


def test_failed_rows_come_back_as_a_file_with_their_reasons(
    browse: Browse, lin: User, uploaded: Callable[..., ImportBatch]
) -> None:
    batch = uploaded(ITEMS)
    file = batch.files.get()

    page = browse(lin).get(f"/desk/imports/{batch.pk}/").content.decode()
    answer = browse(lin).get(f"/desk/imports/{batch.pk}/failed/{file.pk}/")
    rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()

    assert "17 rows cannot be used; the others can be imported without them." in page
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert len(rows) == 18
    assert "its own row was refused, or the order file is still missing." in rows[1]


def test_after_the_import_the_batch_says_what_to_do_with_the_rows_left_out(
    browse: Browse, lin: User, uploaded: Callable[..., ImportBatch]
) -> None:
    batch = uploaded(ITEMS)
    client = browse(lin)

    client.post(f"/desk/imports/{batch.pk}/run/")
    batch.refresh_from_db()
    run_job(batch.import_job_id or 0)
    page = client.get(f"/desk/imports/{batch.pk}/").content.decode()

    assert "17 rows were left out. Download them, correct them and upload them again." in page
    assert "can be imported without" not in page


def test_a_discarded_batch_frees_its_files(browse: Browse, lin: User, uploaded: Callable[..., ImportBatch]) -> None:
    batch = uploaded(ORDERS, ITEMS)

    browse(lin).post(f"/desk/imports/{batch.pk}/discard/")
    again = uploaded(ORDERS, ITEMS)

    batch.refresh_from_db()
    assert (batch.state, again.state) == ("cancelled", "checked")


def test_a_batch_of_another_store_is_not_there(
    browse: Browse, foreigner: User, uploaded: Callable[..., ImportBatch]
) -> None:
    batch = uploaded(ORDERS)
    client = browse(foreigner)

    answers = [
        client.get(f"/desk/imports/{batch.pk}/"),
        client.post(f"/desk/imports/{batch.pk}/run/"),
        client.post(f"/desk/imports/{batch.pk}/discard/"),
        client.get(f"/desk/imports/{batch.pk}/failed/{batch.files.get().pk}/"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert ORDERS not in client.get("/desk/imports/").content.decode()
    batch.refresh_from_db()
    assert batch.state == "checked"


def test_who_may_only_look_is_offered_no_upload(browse: Browse, otto: User) -> None:
    page = browse(otto).get("/desk/imports/").content.decode()

    assert 'type="file"' not in page
    assert browse(otto).post("/desk/imports/upload/", {}).status_code == 403


@pytest.fixture
def pushed(lin: User, qinghe: Store) -> ImportBatch:
    """A batch that a program pushed."""
    token = StoreToken.objects.create(name="ERP 同步", store=qinghe, user=lin, token_hash=b"x" * 32, tail="Zz9k")
    now = timezone.now()
    order = PushedOrder("2611210000000000042", now, "wait_ship", {"placed_at": now})
    return push_orders(qinghe.pk, [order], by=Actor.of(lin), token_id=token.pk).batch


def test_a_pushed_batch_names_its_token_where_a_file_would_stand(
    browse: Browse, lin: User, pushed: ImportBatch
) -> None:
    client = browse(lin)

    listed = client.get("/desk/imports/").content.decode()
    page = client.get(f"/desk/imports/{pushed.pk}/").content.decode()

    assert "API · ERP 同步 (…Zz9k)" in listed
    assert page.count("API · ERP 同步 (…Zz9k)") == 2
    assert ">None<" not in page


def test_a_pushed_batch_from_before_tokens_were_kept_says_api(browse: Browse, lin: User, pushed: ImportBatch) -> None:
    with transaction.atomic(), signed("core.seed", by=SYSTEM):
        ImportBatch.objects.update(token=None)

    page = browse(lin).get(f"/desk/imports/{pushed.pk}/").content.decode()

    assert ">None<" not in page
    assert "API" in page


def test_a_batch_whose_rows_were_removed_says_since_when(
    browse: Browse, lin: User, uploaded: Callable[..., ImportBatch]
) -> None:
    batch = uploaded(ORDERS, ITEMS)
    client = browse(lin)
    client.post(f"/desk/imports/{batch.pk}/run/")
    batch.refresh_from_db()
    run_job(batch.import_job_id or 0)
    with transaction.atomic(), signed("core.seed", by=SYSTEM):
        ImportBatch.objects.update(imported_at=timezone.now() - dt.timedelta(days=31))
    expire_rows()

    page = client.get(f"/desk/imports/{batch.pk}/").content.decode()

    assert "The rows of this batch were removed on" in page
    assert "The files held 13 orders:" in page
    assert "What became of each row" not in page
