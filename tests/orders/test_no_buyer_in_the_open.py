"""A buyer's name, phone, address and nickname are in no log line, no queue message, no job and no cache."""

import io
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client as Browser

from apps.core.logs import JsonFormatter
from apps.jobs.models import Job, Step
from apps.orders.models import BuyerContact, ImportBatch, Order
from apps.org.models import Client, User
from tests.orders.conftest import CSV, ITEMS_2017, ORDERS_2017

pytestmark = [pytest.mark.django_db, pytest.mark.rule("SEC-25")]
NAME, PHONE, STREET, NICK = "欧阳青禾", "13912345678", "云杉路88号翠谷小区", "测试买家甲"
SECRETS = (NAME, PHONE, STREET, NICK)
BACKEND = "apps.org.backend.StandingBackend"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, as it is written down."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Everything that is sent to the queue."""
    sent: list[object] = []
    monkeypatch.setattr("celery.Celery.send_task", lambda _app, *what, **more: sent.append((what, more)))
    return sent


@pytest.fixture
def with_a_buyer(imported: Callable[..., ImportBatch]) -> ImportBatch:
    """The sample files, with a buyer whose data nobody has masked."""
    orders = (CSV / ORDERS_2017).read_bytes().decode("gb18030")
    for masked, plain in (("样**", NAME), ("'138****0015", PHONE), ("虚构街道样例路**号测试小区", STREET)):
        assert masked in orders
        orders = orders.replace(masked, plain, 1)
    items = (CSV / ITEMS_2017).read_bytes()
    return imported(files=[SimpleUploadedFile("o.csv", orders.encode("gb18030")), SimpleUploadedFile("i.csv", items)])


def _search_everywhere(user: User) -> list[str]:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(user, backend=BACKEND)
    pages = []
    for text in SECRETS:
        for address in ("/desk/orders/?tab=all&q=", "/desk/platform-orders/?q=", "/desk/search/?q="):
            pages.append(browser.get(address + text).content.decode())
        browser.post("/desk/orders/export/", {"tab": "all", "q": text})
    browser.get("/desk/")
    return pages


def test_after_an_import_and_a_search_the_buyer_is_nowhere_but_in_the_vault(
    person: Callable[..., User], log: io.StringIO, queued: list[object], with_a_buyer: ImportBatch,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    clerk = person("shen", "manager")
    found = Order.objects.get(contact__in=BuyerContact.objects.exclude(phone_hash=None), number__endswith="0015")

    with django_capture_on_commit_callbacks(execute=True):
        pages = _search_everywhere(clerk)

    assert any(found.number in page for page in pages)
    assert queued
    jobs = [*Job.objects.values_list("params", "refusal"), *Step.objects.values_list("payload", "counts")]
    assert len(jobs) > len(SECRETS)
    for kept in (log.getvalue(), repr(queued), repr(jobs)):
        assert [secret for secret in SECRETS if secret in kept] == []
    assert '"path": "/desk/orders/"' in log.getvalue()
    values: dict[str, bytes] = cache._cache
    assert len(values) > 3
    for key, value in values.items():
        assert [secret for secret in SECRETS if secret in key or secret.encode() in value] == []


def test_a_row_that_the_database_quotes_is_not_written_down(log: io.StringIO) -> None:
    Client.objects.create(name=NAME)
    logger = logging.getLogger("opsdesk.test")

    for statement in (
        "INSERT INTO org_client (name) VALUES ('欧阳青禾')",
        "SELECT '13912345678 Ouyang, Spruce Road 88' FROM nowhere_at_all",
        "SELECT '欧阳青禾'::integer",
    ):
        try:
            with transaction.atomic():
                list(Client.objects.raw(statement))
        except DatabaseError:
            logger.exception("it went wrong")

    lines = log.getvalue()
    assert lines.count("it went wrong") == 3
    assert "invalid input syntax for type integer" in lines
    assert [secret for secret in (*SECRETS, "Ouyang") if secret in lines] == []


def test_what_a_program_quotes_of_a_cell_is_not_written_down(log: io.StringIO) -> None:
    try:
        raise IntegrityError(f"cannot read {NAME} {STREET} / 11010519491231002X of row 7")
    except IntegrityError as error:
        logging.getLogger("opsdesk.test").exception("task failed: %s", error)

    assert [text for text in (*SECRETS, "11010519491231002X") if text in log.getvalue()] == []
    assert "of row 7" in log.getvalue()
