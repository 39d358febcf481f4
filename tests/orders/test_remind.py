"""Buyers who should have been contacted: the bell rings for those who can call them, and leads to exactly those orders."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.test import Client
from django.utils import timezone

from apps.audit.context import signed
from apps.notices.models import Notice
from apps.orders.models import ShippingOrder
from apps.orders.tasks import remind_contact
from apps.org.actors import SYSTEM
from apps.org.models import Store, User

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ORD-02")]
Make = Callable[..., ShippingOrder]
BACKEND = "apps.org.backend.StandingBackend"


def _contact_in(order: ShippingOrder, minutes: int, **columns: object) -> ShippingOrder:
    with transaction.atomic(), signed("core.seed", by=SYSTEM):
        due = timezone.now() + dt.timedelta(minutes=minutes)
        ShippingOrder.objects.filter(pk=order.pk).update(contact_by_at=due, **columns)
    return order


def _follow(user: User, notice: Notice) -> str:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend=BACKEND)
    return client.get(f"/desk/notices/{notice.pk}/", follow=True).content.decode()


def test_the_bell_leads_to_the_late_orders_of_that_store_and_to_no_others(
    an_order: Make, lin: User, fengdu: Store
) -> None:
    late, soon = _contact_in(an_order(), -5), _contact_in(an_order(), 5)
    called = _contact_in(an_order(), -5, contacted_at=timezone.now())
    foreign = _contact_in(an_order(store=fengdu), -5)

    remind_contact()

    notice = Notice.objects.get(user=lin)
    assert notice.text["en"] == "1 buyer of 青禾小铺 was not contacted in time."
    page = _follow(lin, notice)
    assert late.lead_order.number in page
    assert all(order.lead_order.number not in page for order in (soon, called, foreign))
    assert 'aria-current="page">\n      Contact late' in page


def test_several_buyers_of_a_store_are_told_in_the_plural(an_order: Make, lin: User) -> None:
    for _ in range(2):
        _contact_in(an_order(), -5)

    remind_contact()

    assert Notice.objects.get(user=lin).text["en"] == "2 buyers of 青禾小铺 were not contacted in time."


def test_the_first_page_counts_late_contacts_and_leads_to_them(an_order: Make, lin: User) -> None:
    _contact_in(an_order(), -5)
    client = Client(headers={"accept-language": "en"})
    client.force_login(lin, backend=BACKEND)

    tiles = {str(tile.label): tile for tile in client.get("/desk/").context["home"].tiles}

    late = tiles["contacts later than 10 minutes"]
    assert (late.count, late.url) == ("1", "/desk/orders/?tab=contact_late")
    assert tiles["buyers to contact"].url == "/desk/orders/?tab=to_contact"


def test_it_rings_once_an_hour_however_often_the_clock_looks(
    an_order: Make, lin: User, at: Callable[..., dt.datetime]
) -> None:
    with time_machine.travel(at(2026, 11, 21, 14, 30), tick=False):
        _contact_in(an_order(), -5)
        remind_contact()
        remind_contact()
        rung = Notice.objects.filter(user=lin).count()
    with time_machine.travel(at(2026, 11, 21, 15), tick=False):
        remind_contact()

    assert rung == 1
    assert Notice.objects.filter(user=lin).count() == 2


def test_who_sees_every_store_and_contacts_buyers_hears_it_too(an_order: Make, person: Callable[..., User]) -> None:
    everywhere = person("quan", "customer_service", stores=())
    everywhere.user_permissions.add(Permission.objects.get(codename="see_all_stores"))
    _contact_in(an_order(), -5)

    remind_contact()

    assert list(Notice.objects.values_list("user__username", flat=True)) == ["quan"]


@pytest.mark.usefixtures("pia", "noor", "foreigner")
def test_nobody_else_hears_it(an_order: Make, otto: User, lin: User) -> None:
    lin.is_active = False
    lin.save()
    otto.groups.add(Group.objects.get(name="planner"))
    _contact_in(an_order(), -5)

    remind_contact()

    assert not Notice.objects.exists()


def test_nothing_late_rings_nobody(an_order: Make, lin: User) -> None:
    _contact_in(an_order(), 5)

    remind_contact()

    assert not Notice.objects.filter(user=lin).exists()
