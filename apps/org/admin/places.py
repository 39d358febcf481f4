"""Records of places: the company, clients, warehouses, stores."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import Combinable
from django.http import HttpRequest

from apps.org.actors import Actor
from apps.org.models import Client, Company, Store, Warehouse
from apps.org.records.lists import KnownRelatedFilter
from apps.org.records.scoped import HouseWideAdmin, Rows, ScopedAdmin
from apps.org.scope import StoreScope, visible


def of_known_clients(queryset: Rows, by: Actor, path: str, *, also: Q | Combinable | None = None) -> Rows:
    """Rows that belong to the company itself or to a client of a store that the actor works for.

    path: the lookup from a row to its client, `client` or `product__client`. also: which other rows the actor knows.
    """
    if by.store_ids is None:
        return queryset
    mine = visible(Store.objects.filter(client=OuterRef(path)), by)
    return queryset.filter(Q(**{f"{path}__isnull": True}) | Exists(mine) | (also or Q(pk__in=[])))


@admin.register(Company)
class CompanyAdmin(HouseWideAdmin):
    """The operator that runs this opsdesk."""

    list_display = ("name",)
    fields = ("name",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """There is one."""
        return super().has_add_permission(request, obj) and not Company.objects.exists()


@admin.register(Client)
class ClientAdmin(ScopedAdmin):
    """Brand owners. Who works for one of a client's stores knows the client; the others do not."""

    list_display = ("name", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name__icontains",)
    fields = ("name", "is_active")

    def rows(self, queryset: Rows, by: Actor) -> Rows:
        """Clients of the actor's stores."""
        return (
            queryset
            if by.store_ids is None
            else queryset.filter(Exists(visible(Store.objects.filter(client=OuterRef("pk")), by)))
        )


@admin.register(Warehouse)
class WarehouseAdmin(ScopedAdmin):
    """Places that ship."""

    list_display = ("code", "name", "is_active")
    list_filter = ("is_active",)
    search_fields = ("code__istartswith", "name__icontains")
    fields = ("code", "name", "is_active")

    def rows(self, queryset: Rows, by: Actor) -> Rows:
        """The actor's own warehouses."""
        condition = StoreScope(warehouse="pk").condition(by)
        return queryset if condition is None else queryset.filter(condition)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The code stands on labels and files: it is given once."""
        return ["code"] if obj else []


@admin.register(Store)
class StoreAdmin(ScopedAdmin):
    """Shops on platforms."""

    list_display = ("code", "name", "platform", "kind", "client", "warehouse", "is_active")
    list_select_related = ("client", "warehouse")
    list_filter = ("platform", "is_active", ("client", KnownRelatedFilter))
    search_fields = ("code__istartswith", "name__icontains")
    fields = ("code", "name", "export_name", "platform", "kind", "brand", "client", "warehouse", "is_active")
    autocomplete_fields = ("client", "warehouse")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Orders are known by platform and store: both are given once."""
        return ["code", "platform"] if obj else []
