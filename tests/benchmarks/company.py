"""The small company that benchmarks work in: one store, its SKUs, a clerk, orders confirmed by themselves."""

from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db import connection, transaction

from apps.audit.context import signed
from apps.core.calendar import today
from apps.orders.parameters import AUTO_CONFIRM
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, StoreGrant, User, Warehouse
from apps.parameters.models import ParameterValue
from apps.stores.models import Product, Sku
from tests.benchmarks import invented

WORK = ("orders_%", "jobs_%", "files_%", "notices_%")
KEPT = ("orders_auditrule", "orders_auditruleevent")


@dataclass(frozen=True, slots=True)
class Company:
    """The store, and the clerk who works for it."""

    store: Store
    clerk: User

    @property
    def actor(self) -> Actor:
        """The clerk as the one who acts."""
        return Actor.of(self.clerk)


@transaction.atomic
def found_company() -> Company:
    """Write the company into an empty database."""
    with signed("core.seed", by=SYSTEM):
        warehouse = Warehouse.objects.create(code="BENCH", name="测速仓")
        store = Store.objects.create(code="BENCH", name=invented.STORE, platform="taobao", warehouse=warehouse)
        clerk = User.objects.create_user("clerk", password=None, name="Clerk")
        clerk.groups.add(Group.objects.get(name="customer_service"))
        StoreGrant.objects.create(user=clerk, store=store)
        product = Product.objects.create(code="QH", name="虚构陶瓷杯")
        Sku.objects.bulk_create([Sku(code=invented.sku_code(sku), product=product) for sku in range(invented.SKUS)])
        ParameterValue.objects.create(key=AUTO_CONFIRM.key, value="true", effective_from=today())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Company(store, clerk)


def forget_work() -> None:
    """Empty every table of work, and those whose rows are about it; rules, people and products stay."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(relname), ', ') FROM pg_class WHERE relkind = 'r' "
            "AND relnamespace = 'public'::regnamespace AND relname LIKE ANY (%s) AND relname <> ALL (%s)",
            [list(WORK), list(KEPT)],
        )
        cursor.execute(f"TRUNCATE {cursor.fetchone()[0]} RESTART IDENTITY CASCADE")
