"""The platform's order: mirrored, its commercial fields frozen (ORD-05)."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Reverse
from django.utils.translation import gettext_lazy as _

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.core.references import looked_up_at_once
from apps.orders.models.import_batch import ImportBatch
from apps.orders.workflows.order import OrderState, OrderWorkflow
from apps.org.models import Platform, Store
from apps.org.scope import StoreScope
from apps.stores.models import Sku
from apps.workflow.triggers import frozen, machine

MIRROR_VERB = "orders.order.mirror"
AMEND_VERB = "orders.order.amend"
ONE_ORDER = "one_order_per_platform_store_and_number"
NEVER = ["platform", "store_id", "number", "placed_at"]
MIRRORED = [
    "status_text", "paid_at", "platform_shipped_at", "finished_at", "close_reason", "goods_amount", "postage_amount",
    "total_amount", "paid_amount", "refund_amount", "received_amount", "buyer_masked", "receiver_masked", "phone_masked",
    "province", "city", "district", "buyer_message", "seller_memo", "flag", "digest", "exported_at",
]  # fmt: skip
CONTACT_COLUMNS = ["receiver_masked", "phone_masked", "province", "city", "district"]
# In `amended`: the keys of the lines that a person left out of the parcel.
LEFT_OUT = "left_out"
AMENDABLE = [*CONTACT_COLUMNS, "paid_amount", "seller_memo", "flag"]


def _amount(label: object) -> "models.DecimalField[object, object]":
    return models.DecimalField(label, max_digits=14, decimal_places=2, null=True)  # type: ignore[arg-type]  # lazy label


@looked_up_at_once("store", "batch")
@tracked(by_row_only=True)
@machine(initial=OrderState.UNKNOWN, born_by=[MIRROR_VERB], by_the_thousand=True)
class Order(OrderWorkflow):
    """One order of one store as the platform tells it. Buyers appear masked; their contact data lie in the vault.

    Amounts are in the store's currency as the file gives them; None means that the file does not say. exported_at: when
    the file that last spoke was made, for "the newer file wins". digest: keyed, of the plain contact; it shows that an
    address changed, not what it is. amended: what people corrected (ORD-06), by name; the value is what the platform said
    then, for `contact` when it was and which parts. As long as the platform repeats that, the correction stays.
    """

    platform = models.CharField(_("platform"), max_length=20, choices=Platform.choices)
    store = models.ForeignKey(
        Store, models.PROTECT, related_name="orders", db_constraint=False, db_index=False, verbose_name=_("store")
    )
    number = models.CharField(_("order number"), max_length=40)
    status_text = models.CharField(_("platform's words"), max_length=60, blank=True)
    placed_at = models.DateTimeField(_("placed at"))
    paid_at = models.DateTimeField(_("paid at"), null=True)
    platform_shipped_at = models.DateTimeField(_("shipped at (platform)"), null=True)
    finished_at = models.DateTimeField(_("completed at"), null=True)
    close_reason = models.CharField(_("reason for closing"), max_length=80, blank=True)
    currency = models.CharField(max_length=3, default="CNY")
    goods_amount = _amount(_("goods"))
    postage_amount = _amount(_("postage"))
    total_amount = _amount(_("total"))
    paid_amount = _amount(_("paid"))
    refund_amount = _amount(_("refunded"))
    received_amount = _amount(_("paid out to the store"))
    buyer_masked = models.CharField(_("buyer"), max_length=60, blank=True)
    receiver_masked = models.CharField(_("receiver"), max_length=60, blank=True)
    phone_masked = models.CharField(_("phone"), max_length=30, blank=True)
    province = models.CharField(_("province"), max_length=30, blank=True)
    city = models.CharField(_("city"), max_length=30, blank=True)
    district = models.CharField(_("district"), max_length=30, blank=True)
    buyer_message = models.TextField(_("buyer message"), blank=True)
    seller_memo = models.TextField(_("seller memo"), blank=True)
    flag = models.CharField(_("flag"), max_length=10, blank=True)
    digest = models.BinaryField(max_length=16, default=b"", editable=False)
    exported_at = models.DateTimeField(_("file made at"), null=True, editable=False)
    amended = models.JSONField(null=True, editable=False)
    batch = models.ForeignKey(
        ImportBatch,
        models.PROTECT,
        null=True,
        related_name="orders",
        db_constraint=False,
        db_index=False,
        verbose_name=_("import batch"),
    )
    created_at = models.DateTimeField(_("imported at"), auto_now_add=True)

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(store="store_id")

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        default_permissions = ("view",)
        permissions = [
            ("amend_order", "May correct an order before shipping"),
            ("amend_price", "May change what was paid beyond the limit"),
            ("export_order", "May export orders"),
            ("reveal_buyer", "May see a buyer's plain contact data"),
        ]
        constraints = [
            # The number stands in front and is ordered as text is searched: the index finds a number's beginning as well.
            models.UniqueConstraint(
                fields=["number", "platform", "store"],
                opclasses=["text_pattern_ops", "text_ops", "int8_ops"],
                name=ONE_ORDER,
            ),
        ]
        indexes = [
            models.Index(OpClass(Reverse("number"), name="text_pattern_ops"), name="orders_by_number_end"),
            GinIndex(fields=["number"], opclasses=["gin_trgm_ops"], name="orders_by_number_part"),
            models.Index(fields=["-placed_at", "-id"], name="orders_by_time"),
            models.Index(fields=["store", "-placed_at", "-id"], name="orders_by_store_and_time"),
            models.Index(fields=["state", "-placed_at", "-id"], name="orders_by_state_and_time"),
        ]
        triggers = [
            frozen(
                [*NEVER, *MIRRORED, "amended"],
                unless={MIRROR_VERB: [*MIRRORED, "amended"], AMEND_VERB: [*AMENDABLE, "amended"]},
            )
        ]

    def __str__(self) -> str:
        return self.number


@looked_up_at_once("order", "sku")
@tracked()
class OrderLine(models.Model):
    """One line as the platform tells it. line_key: the platform's own line id, or order number and place in old files.

    paid_amount: the line's share of what was paid; None while the file gives only the order's amount.
    """

    order = models.ForeignKey(
        Order, models.PROTECT, related_name="lines", db_constraint=False, db_index=False, verbose_name=_("order")
    )
    line_key = models.CharField(_("line number"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    outer_code = models.CharField(_("merchant code"), max_length=64, blank=True)
    properties = models.CharField(_("properties"), max_length=200, blank=True)
    platform_item_id = models.CharField(_("platform item number"), max_length=40, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"))
    unit_price_amount = _amount(_("list price"))
    paid_amount = _amount(_("paid"))
    refund_state = models.CharField(_("refund"), max_length=20, blank=True)
    sku = models.ForeignKey(
        Sku,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("SKU"),
    )

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(store="order__store_id")

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["order", "line_key"], name="one_line_per_order_and_key"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="order_line_quantity_positive"),
        ]
        triggers = [
            frozen(
                [
                    "order_id",
                    "line_key",
                    "title",
                    "outer_code",
                    "quantity",
                    "unit_price_amount",
                    "paid_amount",
                    "refund_state",
                ],
                unless={MIRROR_VERB: ["paid_amount", "refund_state", "outer_code"]},
            )
        ]

    def __str__(self) -> str:
        return self.title
