"""First pages, bell, jobs and files."""

import io
import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext_lazy as _

from apps.files.actions import keep_file
from apps.jobs.actions import start_job
from apps.jobs.models import Job
from apps.notices.actions import tell
from apps.notices.models import Notice
from apps.orders.models import Reason, ShippingOrder
from apps.org.actors import Actor
from apps.org.models import Store, User
from apps.org.permissions import ROLES

Browse = Callable[..., Client]
Make = Callable[..., ShippingOrder]
Clocked = Callable[..., None]


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_first_page_in_both_languages(browse: Browse, person: Callable[..., User], role: str) -> None:
    user = person("wei", role)

    for language in ("en", "zh-hans"):
        assert browse(user, language=language).get("/desk/").status_code == 200


def test_who_has_no_role_is_told_whom_to_ask(browse: Browse, pia: User) -> None:
    assert "You have no role yet." in browse(pia).get("/desk/").content.decode()


@pytest.mark.rule("ORD-02")
def test_customer_service_sees_first_whom_to_contact_next(
    browse: Browse, lin: User, an_order: Make, clocked: Clocked
) -> None:
    soon, late = an_order(number="2611210000000000002"), an_order(number="2611210000000000001")
    clocked(soon, contact_by_at=8)
    clocked(late, contact_by_at=-3)

    page = browse(lin).get("/desk/").content.decode()

    assert page.index(late.lead_order.number) < page.index(soon.lead_order.number)
    assert "3 min late" in page


def test_a_manager_sees_each_store_with_its_open_held_and_late_orders(
    browse: Browse, person: Callable[..., User], an_order: Make, clocked: Clocked, stopped: Callable[..., Reason]
) -> None:
    manager = person("shen", "manager")
    fresh, held, late = an_order(), an_order(), an_order(state="confirmed")
    stopped(held)
    stopped(held, code=Reason.Code.REFUND)
    clocked(late, ship_by_at=-60)
    assert fresh.state == "imported"

    answer = browse(manager).get("/desk/")

    row = answer.context["home"].stores[0]
    assert (row.store.name, row.open, row.to_confirm, row.held, row.late) == ("青禾小铺", 3, 1, 1, 1)


def test_a_first_page_costs_the_same_whatever_the_number_of_orders(
    browse: Browse, person: Callable[..., User], an_order: Make
) -> None:
    client, counts = browse(person("shen", "manager")), []
    for _round in range(2):
        for _row in range(10):
            an_order()
        client.get("/desk/")
        with CaptureQueriesContext(connection) as statements:
            client.get("/desk/")
        counts.append(len(statements))

    assert counts[0] == counts[1]


class TestBell:
    """Notices."""

    def test_the_bell_answers_nothing_while_nothing_is_new(self, browse: Browse, lin: User) -> None:
        client = browse(lin)
        tell([lin.pk], key="a", sentence=_("Your import is done."), url="/desk/imports/")

        known = client.get("/desk/bell/?known=1")
        news = client.get("/desk/bell/?known=0")

        assert known.status_code == 204
        assert "1 unread" in news.content.decode()

    def test_following_a_notice_reads_it(self, browse: Browse, lin: User) -> None:
        tell([lin.pk], key="a", sentence=_("Your import is done."), url="/desk/imports/7/")
        notice = Notice.objects.get()

        answer = browse(lin).get(f"/desk/notices/{notice.pk}/")

        assert answer["Location"] == "/desk/imports/7/"
        notice.refresh_from_db()
        assert notice.read_at is not None

    @pytest.mark.parametrize("url", ["https://elsewhere.example/", "//elsewhere.example", "", "javascript:alert(1)"])
    def test_a_notice_never_leads_away_from_this_site(self, browse: Browse, lin: User, url: str) -> None:
        tell([lin.pk], key="a", sentence=_("Your import is done."), url=url)

        assert browse(lin).get(f"/desk/notices/{Notice.objects.get().pk}/")["Location"] == "/desk/notices/"

    def test_somebody_elses_notice_is_not_there(self, browse: Browse, lin: User, mara: User) -> None:
        tell([mara.pk], key="a", sentence=_("Your import is done."), url="/desk/imports/")

        answer = browse(lin).get(f"/desk/notices/{Notice.objects.get().pk}/")
        browse(lin).post("/desk/notices/read/")

        assert answer.status_code == 404
        assert Notice.objects.get().read_at is None


class TestJobs:
    """Long work as its requesters see it."""

    @pytest.fixture
    def job(self, mara: User) -> Job:
        """An export that mara asked for."""
        return start_job("desk.export_orders", {"query": {}, "keys": None}, by=Actor.of(mara))

    def test_one_sees_ones_own_jobs_and_administrators_see_all(
        self, browse: Browse, lin: User, mara: User, person: Callable[..., User], job: Job
    ) -> None:
        administrator = person("ivy", "it")
        address = f"/desk/jobs/{job.pk}/"

        opened = [browse(user).get(address).status_code for user in (mara, lin, administrator)]

        assert opened == [200, 404, 200]
        assert address not in browse(lin).get("/desk/jobs/?of=everybody").content.decode()
        assert address in browse(administrator).get("/desk/jobs/?of=everybody").content.decode()

    def test_its_requester_cancels_a_job_and_nobody_else(self, browse: Browse, lin: User, mara: User, job: Job) -> None:
        foreign = browse(lin).post(f"/desk/jobs/{job.pk}/cancel/")
        job.refresh_from_db()
        state_before = job.state
        browse(mara).post(f"/desk/jobs/{job.pk}/cancel/")

        job.refresh_from_db()
        assert (foreign.status_code, state_before, job.state) == (404, "queued", "cancelled")

    def test_the_page_of_an_ended_job_stops_asking(self, browse: Browse, mara: User, job: Job) -> None:
        client = browse(mara, htmx="job")

        running = client.get(f"/desk/jobs/{job.pk}/")
        client.post(f"/desk/jobs/{job.pk}/cancel/")
        ended = client.get(f"/desk/jobs/{job.pk}/")

        assert (running.status_code, ended.status_code) == (200, 286)


class TestFiles:
    """Downloads."""

    def test_a_file_goes_to_its_owner_as_an_attachment_with_its_chinese_name(self, browse: Browse, mara: User) -> None:
        file = keep_file(io.BytesIO("订单".encode()), name="订单 导出.xlsx", kind="export", by=Actor.of(mara))

        answer = browse(mara).get(f"/desk/files/{file.key}/")

        assert b"".join(answer.streaming_content).decode() == "订单"
        assert answer["Content-Disposition"] == (
            "attachment; filename*=utf-8''%E8%AE%A2%E5%8D%95%20%E5%AF%BC%E5%87%BA.xlsx"
        )
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "no-store"

    @pytest.mark.rule("SEC-31")
    def test_an_export_goes_to_nobody_but_its_owner(self, browse: Browse, mara: User, lin: User, qinghe: Store) -> None:
        file = keep_file(io.BytesIO(b"x"), name="a.xlsx", kind="export", by=Actor.of(mara), store_id=qinghe.pk)

        assert browse(lin).get(f"/desk/files/{file.key}/").status_code == 404

    def test_an_upload_opens_to_colleagues_of_its_store_only(
        self, request: pytest.FixtureRequest, browse: Browse, mara: User, qinghe: Store
    ) -> None:
        file = keep_file(io.BytesIO(b"x"), name="a.csv", kind="upload", by=Actor.of(mara), store_id=qinghe.pk)
        colleagues = [request.getfixturevalue(name) for name in ("lin", "foreigner", "noor")]

        opened = [browse(user).get(f"/desk/files/{file.key}/").status_code for user in colleagues]

        assert opened == [200, 404, 404]

    def test_a_key_that_nobody_has_is_not_there(self, browse: Browse, lin: User) -> None:
        assert browse(lin).get(f"/desk/files/{uuid.uuid4()}/").status_code == 404


def test_the_palette_finds_pages_that_open_and_orders_in_scope(
    browse: Browse, lin: User, an_order: Make, fengdu: Store
) -> None:
    an_order(number="2611210000000000042")
    an_order(number="2611210000000000043", store=fengdu)
    client = browse(lin, htmx="palette-list")

    pages = client.get("/desk/search/?q=import").content.decode()
    orders = client.get("/desk/search/?q=26112100000000000").content.decode()

    assert 'href="/desk/imports/"' in pages
    assert "2611210000000000042" in orders
    assert "2611210000000000043" not in orders
