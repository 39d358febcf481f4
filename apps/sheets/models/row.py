"""The rows of a sheet: what the file says, what that would do, and what it did."""

from django.db import models

from apps.sheets.models.sheet import Sheet


class Verdict(models.TextChoices):
    """What a row would do, or did."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


class SheetRow(models.Model):
    """One row of a file. Written by COPY, judged as a set, judged again under lock when it is applied.

    values: column key → kept text; an absent key was not said, the empty text says that there is nothing. before: key →
    known text of every column that the row changes. findings: [{column, code, text by language}]. target_id: the row of
    the kind's target that it changes or has made. is_applied: committed together with what it did.
    """

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    values = models.JSONField(default=dict)
    verdict = models.CharField(max_length=10, blank=True)
    findings = models.JSONField(default=list)
    before = models.JSONField(default=dict)
    target_id = models.BigIntegerField(null=True)
    is_applied = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        ordering = ["pk"]
        indexes = [models.Index(fields=["sheet", "verdict", "id"], name="sheet_rows_by_verdict")]

    def __str__(self) -> str:
        return f"{self.sheet_id}: {self.number}"
