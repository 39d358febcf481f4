"""The listing: the item as shown in a store. Its title, price and state change only by an approved change (LST-10)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.org.models import Store
from apps.org.scope import StoreScope
from apps.stores.models.product import Sku
from apps.stores.workflows.listing import ListingState, ListingWorkflow
from apps.workflow.triggers import frozen, machine

# The platform's own files show what is on sale there already.
MIRRORED = "sheets.sheet.apply"
APPLY_PRICE = "stores.pricechange.apply"
APPLY_CHANGE = "stores.listingchange.apply"


@tracked(births=True)
@machine(initial=ListingState.IN_WAREHOUSE, born_by=[MIRRORED])
class Listing(ListingWorkflow):
    """The item as shown in a store, and the SKU that it sells."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="listings", verbose_name=_("store"))
    platform_item_id = models.CharField(_("platform item number"), max_length=40)
    platform_sku_id = models.CharField(_("platform SKU number"), max_length=40, blank=True)
    outer_code = models.CharField(_("merchant code"), max_length=64, blank=True)
    title = models.CharField(_("title"), max_length=200)
    list_price_amount = models.DecimalField(_("list price"), max_digits=12, decimal_places=2, null=True, blank=True)
    sku = models.ForeignKey(Sku, models.PROTECT, null=True, blank=True, related_name="listings", verbose_name=_("SKU"))

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(store="store_id")

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        ordering = ["store", "platform_item_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "platform_item_id", "platform_sku_id"], name="one_listing_per_store_item_and_sku"
            )
        ]
        indexes = [models.Index(fields=["store", "outer_code"], name="listings_by_outer_code")]
        triggers = [
            frozen(["title", "list_price_amount"], unless={APPLY_PRICE: ["list_price_amount"], APPLY_CHANGE: ["title"]})
        ]

    def __str__(self) -> str:
        return self.title
