"""Records of what stores sell: products, SKUs, listings."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.org.actors import Actor
from apps.org.admin.places import of_known_clients
from apps.org.models import Store
from apps.org.records.actor import actor_of
from apps.org.records.lists import KnownRelatedFilter
from apps.org.records.scoped import Rows, ScopedAdmin
from apps.sheets.actions.apply import APPLY_VERB
from apps.stores.models import Listing, Product, Sku
from apps.stores.models.product import SEE_COST
from apps.stores.questions import LISTING_STOCK

FROM_SHEETS = {APPLY_VERB: _("Changed by a sheet")}
FROM_CHANGES = {
    "stores.pricechange.apply": _("Changed by an approved price change"),
    "stores.listingchange.apply": _("Changed by an approved listing change"),
}


@admin.register(Product)
class ProductAdmin(ScopedAdmin):
    """Items of the company's own range, and of the clients for whose stores one works."""

    list_display = ("code", "name", "client")
    list_select_related = ("client",)
    list_filter = (("client", KnownRelatedFilter),)
    verb_labels = FROM_SHEETS
    search_fields = ("code__startswith", "name__icontains")
    fields = ("code", "name", "client")
    sortable_by = ("code",)

    def rows(self, queryset: Rows, by: Actor) -> Rows:
        """Own range and known clients."""
        return of_known_clients(queryset, by, "client")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The code stands in files and on labels: it is given once."""
        return ["code"] if obj else []


@admin.register(Sku)
class SkuAdmin(ScopedAdmin):
    """What is stored, picked and counted."""

    list_display = ("code", "product", "properties", "barcode", "weight_grams", "cost_amount", "is_active")
    list_select_related = ("product",)
    list_filter = ("is_active",)
    verb_labels = FROM_SHEETS
    search_fields = ("code__startswith", "barcode__exact", "product__name__icontains")
    fields = (
        "code", "product", "properties", "barcode", "weight_grams", "cost_amount", "guide_price_amount", "is_active",
    )  # fmt: skip
    autocomplete_fields = ("product",)
    sortable_by = ("code",)

    def rows(self, queryset: Rows, by: Actor) -> Rows:
        """SKUs of known products, and what lies in one's own warehouses or may come: the goods of the stores they serve."""
        if not by.warehouse_ids:
            return _of_known_clients(queryset, by)
        served = Store.objects.filter(client=OuterRef("product__client"), warehouse__in=by.warehouse_ids)
        return _of_known_clients(queryset, by, also=Exists(served) | LISTING_STOCK.ask().is_kept_in(by.warehouse_ids))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who keeps products keeps those of known clients; what else lies in the warehouse is looked at."""
        if obj is not None and not _of_known_clients(Sku.objects.filter(pk=obj.pk), actor_of(request)).exists():
            return False
        return super().has_change_permission(request, obj)

    def get_list_display(self, request: HttpRequest) -> list[str]:
        """Without the cost for who has no right to it."""
        return [name for name in super().get_list_display(request) if name not in self.quiet_columns(request)]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """As above."""
        return [name for name in super().get_fields(request, obj) if name not in self.quiet_columns(request)]

    def quiet_columns(self, request: HttpRequest) -> set[str]:
        """The cost is told to nobody without the right, in the timeline either."""
        hidden = set() if request.user.has_perm(SEE_COST) else {"cost_amount"}
        return super().quiet_columns(request) | hidden

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The code is what platforms call the merchant code: it is given once."""
        return ["code"] if obj else []


def _of_known_clients(queryset: Rows, by: Actor, **also: Any) -> Rows:
    return of_known_clients(queryset, by, "product__client", **also)


@admin.register(Listing)
class ListingAdmin(ScopedAdmin):
    """Items as shown in a store, and the SKU behind each."""

    list_display = (
        "title", "store", "platform_item_id", "platform_sku_id", "outer_code", "list_price_amount", "sku", "state",
    )  # fmt: skip
    list_select_related = ("store", "sku")
    list_filter = ("state", ("store", KnownRelatedFilter))
    verb_labels = {**FROM_SHEETS, **FROM_CHANGES}
    search_fields = ("platform_item_id__exact", "outer_code__exact", "title__icontains")
    fields = (
        "store", "platform_item_id", "platform_sku_id", "outer_code", "title", "list_price_amount", "sku", "state",
    )  # fmt: skip
    autocomplete_fields = ("store", "sku")
    sortable_by = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """By these the platform knows the listing, or they change only by an approved change (LST-10)."""
        return (
            ["store", "platform_item_id", "platform_sku_id", "title", "list_price_amount", "state"]
            if obj
            else ["state"]
        )
