"""Where the words of a contract can be read in two ways, the reading is written down beside the clause."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class YearReading(models.TextChoices):
    """What a “natural year” is (AMB-02)."""

    CALENDAR = "calendar", _("Calendar year, 1 January to 31 December")
    ROLLING = "rolling", _("Twelve months from the start of the contract")


class ReceiptsReading(models.TextChoices):
    """Which money counts as returned to Alipay (AMB-04)."""

    NET = "net", _("Receipts less refunds")
    GROSS = "gross", _("Receipts, refunds not taken off")


class TierReading(models.TextChoices):
    """To what a tier's rate applies (AMB-06)."""

    MARGINAL = "marginal", _("Each rate to its own part")
    WHOLE = "whole", _("The highest rate reached to everything")


class PenaltyReading(models.TextChoices):
    """From which day a late payment costs a penalty (AMB-09)."""

    AFTER_GRACE = "after_grace", _("From the first day after the days of grace")
    FROM_FIRST_DAY = "from_first_day", _("From the first day late, once the days of grace are over")
