"""What the lines of a bill are about, and which of them must find an order or a refund."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LineClass(models.TextChoices):
    """A line that fits no rule is unclassified and keeps its amount to itself; it is never folded into another class."""

    SALE = "sale", _("Sale income")
    REFUND = "refund", _("Refund")
    DEPOSIT_REFUND = "deposit_refund", _("Refund paid from the deposit")
    PLATFORM_FEE = "platform_fee", _("Platform fee")
    PAYMENT_FEE = "payment_fee", _("Payment fee")
    MARKETING = "marketing", _("Marketing")
    AFFILIATE = "affiliate", _("Affiliate commission")
    INSURANCE = "insurance", _("Insurance")
    DONATION = "donation", _("Donation")
    COMPENSATION = "compensation", _("Compensation")
    TRANSFER = "transfer", _("Own transfer, no profit or loss")
    UNCLASSIFIED = "unclassified", _("Unclassified")


SALES = [LineClass.SALE]
REFUNDS = [LineClass.REFUND, LineClass.DEPOSIT_REFUND]
# What a rule has explained: fees, costs and own transfers stand apart from receipts.
APART = [c for c in LineClass if c not in {*SALES, *REFUNDS, LineClass.UNCLASSIFIED}]
FEES = [c for c in APART if c is not LineClass.TRANSFER]


class ReceiptKind(models.TextChoices):
    """What money that was accounted for is: a sale's, a refund's, or explained in words."""

    SALE = "sale", _("Sale")
    REFUND = "refund", _("Refund")
    OTHER = "other", _("Other, explained")


class Cause(models.TextChoices):
    """Why a line has no order or refund of its own, as accountants explain it (FIN-21)."""

    OTHER_STORE = "other_store", _("Belongs to another store")
    OUTSIDE = "outside", _("Order outside the platform")
    ADVANCE = "advance", _("Advance or deposit")
    CORRECTION = "correction", _("Correction by the payment service")
    TEST = "test", _("Test payment")
    ROUNDING = "rounding", _("Small difference, accepted")
    OTHER = "other", _("Other, see the note")
