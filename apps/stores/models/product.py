"""Products and SKUs: one product key for listings, orders and stock (STO-12)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.org.models import Client

SEE_COST = "stores.see_cost"


@tracked(births=True)
class Product(models.Model):
    """An item of a client's or the company's own range."""

    code = models.CharField(_("product code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    client = models.ForeignKey(
        Client, models.PROTECT, null=True, blank=True, related_name="products", verbose_name=_("owner")
    )

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


@tracked(births=True)
class Sku(models.Model):
    """The sellable variant that is stored, picked and counted. Its code is what platforms call 商家编码."""

    code = models.CharField(_("SKU code"), max_length=64, unique=True)
    product = models.ForeignKey(Product, models.PROTECT, related_name="skus", verbose_name=_("product"))
    properties = models.CharField(_("properties"), max_length=120, blank=True)
    barcode = models.CharField(_("barcode"), max_length=32, blank=True)
    weight_grams = models.PositiveIntegerField(_("weight (g)"), null=True, blank=True)
    cost_amount = models.DecimalField(_("cost"), max_digits=12, decimal_places=2, null=True, blank=True)
    guide_price_amount = models.DecimalField(
        _("guide price"), max_digits=12, decimal_places=2, null=True, blank=True,
        help_text=_("The client's recommended retail price."),
    )  # fmt: skip
    is_active = models.BooleanField(_("active"), default=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("SKU")
        verbose_name_plural = _("SKUs")
        ordering = ["code"]
        permissions = [("see_cost", "May see what a SKU costs")]
        constraints = [
            models.UniqueConstraint(fields=["barcode"], condition=~models.Q(barcode=""), name="one_sku_per_barcode"),
            models.CheckConstraint(
                condition=models.Q(cost_amount__isnull=True) | models.Q(cost_amount__gte=0),
                name="sku_cost_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.code
