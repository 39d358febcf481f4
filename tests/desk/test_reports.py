"""The page of the batch-ship files: who has seen that a platform reads them says so here."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.orders.models import ShippingOrder
from apps.org.actors import Actor
from apps.org.models import Store, User
from apps.warehouse.actions import make_ship_report
from apps.warehouse.models import ConfirmedLayout, ShipReport

Browse = Callable[..., Client]


@pytest.fixture
def report(shipped: Callable[..., list[ShippingOrder]], qinghe: Store, as_lin: Actor) -> ShipReport:
    """A file that was made for the store's platform."""
    shipped(1)
    return make_ship_report(qinghe.pk, by=as_lin)


@pytest.mark.rule("WHS-05")
def test_a_manager_confirms_a_layout_and_takes_it_back_when_the_platform_refuses_it(
    browse: Browse, person: Callable[..., User], report: ShipReport
) -> None:
    client, page = browse(person("meng", "manager")), reverse("desk:reports")
    before = client.get(page).content.decode()
    verbs = {verb: reverse("desk:report_layout", args=[report.pk, verb]) for verb in ("confirm", "withdraw")}

    client.post(verbs["confirm"])
    confirmed = client.get(page).content.decode()
    refused = client.post(verbs["withdraw"]).content.decode()
    kept = ConfirmedLayout.objects.count()
    client.post(verbs["withdraw"], {"reason": "平台提示缺少列"})

    assert "The platform read it" in before
    assert "Meng" in confirmed
    assert "The platform read it" not in confirmed
    assert ("Please give a reason." in refused, kept) == (True, 1)
    assert not ConfirmedLayout.objects.exists()


def test_who_makes_the_files_reads_whether_they_are_confirmed_and_cannot_say_so(
    browse: Browse, lin: User, report: ShipReport
) -> None:
    client = browse(lin)

    page = client.get(reverse("desk:reports")).content.decode()
    answer = client.post(reverse("desk:report_layout", args=[report.pk, "confirm"]))

    assert "not confirmed" in page
    assert "The platform read it" not in page
    assert answer.status_code == 403
    assert not ConfirmedLayout.objects.exists()


def test_a_foreign_stores_file_confirms_nothing(
    browse: Browse, person: Callable[..., User], fengdu: Store, report: ShipReport
) -> None:
    client = browse(person("fei", "manager", stores=(fengdu,)))

    answers = [client.post(reverse("desk:report_layout", args=[report.pk, verb])) for verb in ("confirm", "praise")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert not ConfirmedLayout.objects.exists()
