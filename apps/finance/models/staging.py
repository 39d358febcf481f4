"""Staging: the lines of a checked bill, cleaned, typed and classed, before anything in the books changes."""

from django.db import models

from apps.finance.models.bill import Bill
from apps.finance.models.class_rule import ClassRule
from apps.finance.rules.classes import LineClass


class LineColumns(models.Model):
    """What one line of a bill says; the same columns staged and in the books.

    position: its row in the file. serial: what the payment service calls the booking. amount: signed, income positive.
    code: of the business, from its description. Whose money it was is not kept.
    """

    position = models.PositiveIntegerField()
    serial = models.CharField(max_length=64)
    happened_at = models.DateTimeField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    balance = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    kind_text = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=20, blank=True)
    description = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)
    merchant_number = models.CharField(max_length=64, blank=True)
    order_number = models.CharField(max_length=40, blank=True)
    line_class = models.CharField(max_length=20, choices=LineClass.choices, default=LineClass.UNCLASSIFIED)
    rule = models.ForeignKey(ClassRule, models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True


class StagedBillLine(LineColumns):
    """A line on its way. Written by COPY, gone when its bill is in the books."""

    bill = models.ForeignKey(Bill, models.CASCADE, related_name="staged_lines")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.bill_id}: {self.position}"
