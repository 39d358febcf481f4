"""What a log-in stands for is read with it, at every request anew."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils.module_loading import import_string
from psycopg2.extras import DateRange

from apps.core.calendar import ONE_DAY, today
from apps.org.actors import Actor
from apps.org.backend import STANDING_BACKEND, StandingBackend
from apps.org.models import Absence, Employee, Position, Store, StoreGrant, Team, User, Warehouse

BACKEND = "apps.org.backend.StandingBackend"


def _read(user: User) -> User:
    found = StandingBackend().get_user(user.pk)
    assert found
    return found


@pytest.fixture
def wei(person: Callable[..., User]) -> User:
    """A clerk with a right of her own beside those of her role."""
    user = person("wei", "customer_service")
    user.user_permissions.add(Permission.objects.get(codename="view_wave"))
    return user


def test_rights_roles_and_scope_are_those_that_django_would_find(wei: User, noor: User, otto: User) -> None:
    for user in (wei, noor, otto):
        plain = User.objects.get(pk=user.pk)

        read = _read(user)

        assert read.standing
        assert read.get_all_permissions() == plain.get_all_permissions()
        assert read.standing.roles == set(user.groups.values_list("name", flat=True))
        assert Actor.of(read).store_ids == Actor.of(plain).store_ids
        assert Actor.of(read).warehouse_ids == Actor.of(plain).warehouse_ids


def test_a_right_of_ones_own_counts_beside_those_of_the_role(wei: User) -> None:
    read = _read(wei)

    assert read.has_perm("warehouse.view_wave")
    assert read.has_perm("orders.confirm")
    assert not read.has_perm("finance.view_bill")


def test_a_picker_works_in_her_warehouse_and_in_no_store(noor: User, warehouse: Warehouse) -> None:
    by = Actor.of(_read(noor))

    assert (by.store_ids, by.warehouse_ids) == (frozenset(), frozenset({warehouse.pk}))


def test_a_superuser_holds_every_right(pia: User) -> None:
    User.objects.filter(pk=pia.pk).update(is_superuser=True)

    assert _read(pia).get_all_permissions() == User.objects.get(pk=pia.pk).get_all_permissions()


def test_a_closed_log_in_stands_for_nobody(lin: User) -> None:
    User.objects.filter(pk=lin.pk).update(is_active=False)

    assert StandingBackend().get_user(lin.pk) is None
    assert StandingBackend().get_user(0) is None


def test_a_store_that_was_taken_away_is_gone_with_the_next_request(lin: User, qinghe: Store) -> None:
    client = Client()
    client.force_login(lin, backend=BACKEND)
    before = client.get("/desk/orders/").content.decode()

    StoreGrant.objects.filter(user=lin).delete()
    lin.groups.clear()

    assert qinghe.name in before
    assert client.get("/desk/orders/").status_code == 403


def test_it_knows_whether_somebody_is_away_whose_chair_is_to_be_filled(lin: User, mara: User) -> None:
    team, position = Team.objects.create(name="客服部"), Position.objects.create(name="客服")
    people = [
        Employee.objects.create(
            number=number, name=user.name, user=user, team=team, position=position, joined_on=today()
        )
        for number, user in (("001", lin), ("002", mara))
    ]
    Absence.objects.create(employee=people[1], stand_in=people[0], days=DateRange(today(), today() + ONE_DAY))

    fills = [read.standing.fills_a_chair for user in (lin, mara) if (read := _read(user)).standing]

    assert fills == [True, False]


def test_sessions_name_the_backend_that_the_settings_know() -> None:
    assert STANDING_BACKEND in settings.AUTHENTICATION_BACKENDS
    assert import_string(STANDING_BACKEND) is StandingBackend
