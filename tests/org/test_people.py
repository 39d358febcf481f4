"""Who is told about a place: whoever holds the right, by a role or as their own, and works there or everywhere."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission

from apps.org.models import User, Warehouse, WarehouseGrant
from apps.org.queries import people_by_warehouse, people_with

Make = Callable[..., Any]
pytestmark = pytest.mark.django_db
PLANS = "warehouse.plan_wave"


def test_about_a_warehouse_they_tell_who_plans_there_or_everywhere(person: Make, warehouse: Warehouse) -> None:
    other = Warehouse.objects.create(code="WEST", name="西仓")
    here, there, own, gone = (person(name, "warehouse_lead") for name in ("here", "there", "own", "gone"))
    own.groups.clear()
    own.user_permissions.add(Permission.objects.get(codename="plan_wave"))
    picker = person("picker", "warehouse")
    User.objects.create_superuser("root", password="x" * 20)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    for user, place in ((here, warehouse), (there, other), (own, warehouse), (gone, warehouse), (picker, warehouse)):
        WarehouseGrant.objects.create(user=user, warehouse=place)
    everywhere = person("everywhere", "warehouse_lead")
    everywhere.user_permissions.add(Permission.objects.get(codename="see_all_warehouses"))

    told = people_by_warehouse(PLANS, [warehouse.pk, other.pk])

    assert told == {warehouse.pk: {here.pk, own.pk, everywhere.pk}, other.pk: {there.pk, everywhere.pk}}
    assert people_with(PLANS) == {here.pk, there.pk, own.pk, everywhere.pk}
