"""Staging: the rows of a batch's files, cleaned and typed, before anything in the business tables changes.

Written by COPY, judged and imported set-wise, kept as the batch's result by row until the files expire. Contact data are
sealed before they get here.

The keys to the batch have no index of their own, for the planner's sake: a batch that was staged a moment ago is not in
its statistics, so it expects one row of it, takes the shorter index for as good as the one with the number, and reads
the whole batch for each order (2,000 orders of a batch of 6,000: 10 s instead of 0.1 s; ANALYZE would cure it only after
every COPY, and holds a lock that lets one check at a time through).

Nor does the database check the keys to batch and file, four times for an order and its lines: whoever stages has both in
hand in the same transaction, and the rows go with them.
"""

from django.db import models

from apps.orders.models.import_batch import ImportBatch, ImportFile


class Verdict(models.TextChoices):
    """What an import will do, or did, with a staged order."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    OLDER = "older"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


def _amount() -> "models.DecimalField[object, object]":
    return models.DecimalField(max_digits=14, decimal_places=2, null=True)


class StagedOrder(models.Model):
    """One order row. NULL means that the file does not say: what is known already stays. file: NULL for the API.

    digest: of the whole row, to tell a repeated row from a contradicting one. contact_digest: keyed, of the plain contact.
    """

    batch = models.ForeignKey(
        ImportBatch, models.CASCADE, related_name="staged_orders", db_index=False, db_constraint=False
    )
    file = models.ForeignKey(
        ImportFile, models.CASCADE, null=True, related_name="+", db_index=False, db_constraint=False
    )
    row = models.PositiveIntegerField()
    number = models.CharField(max_length=40)
    verdict = models.CharField(max_length=10, blank=True)
    applied = models.CharField(max_length=10, blank=True)
    lines_only = models.BooleanField(default=False)
    state = models.CharField(max_length=20)
    status_text = models.CharField(max_length=60, null=True)
    placed_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    platform_shipped_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=80, null=True)
    goods_amount = _amount()
    postage_amount = _amount()
    total_amount = _amount()
    paid_amount = _amount()
    refund_amount = _amount()
    received_amount = _amount()
    buyer_masked = models.CharField(max_length=60, null=True)
    receiver_masked = models.CharField(max_length=60, null=True)
    phone_masked = models.CharField(max_length=30, null=True)
    province = models.CharField(max_length=30, null=True)
    city = models.CharField(max_length=30, null=True)
    district = models.CharField(max_length=30, null=True)
    buyer_message = models.TextField(null=True)
    seller_memo = models.TextField(null=True)
    flag = models.CharField(max_length=10, null=True)
    waybill_number = models.CharField(max_length=40, null=True)
    digest = models.BinaryField(max_length=16)
    contact_digest = models.BinaryField(max_length=16, null=True)
    exported_at = models.DateTimeField(null=True)
    sealed = models.BinaryField(null=True)
    phone_hash = models.BinaryField(max_length=16, null=True)
    tail_hash = models.BinaryField(max_length=16, null=True)
    name_hash = models.BinaryField(max_length=16, null=True)
    buyer_hash = models.BinaryField(max_length=16, null=True)
    is_masked = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["batch", "number"], name="staged_orders_by_number")]

    def __str__(self) -> str:
        return self.number


class StagedLine(models.Model):
    """One line row, belonging to its order by number. file: NULL for the API."""

    batch = models.ForeignKey(
        ImportBatch, models.CASCADE, related_name="staged_lines", db_index=False, db_constraint=False
    )
    file = models.ForeignKey(
        ImportFile, models.CASCADE, null=True, related_name="+", db_index=False, db_constraint=False
    )
    row = models.PositiveIntegerField()
    number = models.CharField(max_length=40)
    line_key = models.CharField(max_length=60)
    verdict = models.CharField(max_length=10, blank=True)
    title = models.CharField(max_length=200)
    outer_code = models.CharField(max_length=64)
    properties = models.CharField(max_length=200)
    platform_item_id = models.CharField(max_length=40)
    quantity = models.PositiveIntegerField()
    unit_price_amount = _amount()
    paid_amount = _amount()
    refund_state = models.CharField(max_length=20)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["batch", "number"], name="staged_lines_by_number")]

    def __str__(self) -> str:
        return f"{self.number}: {self.title}"
