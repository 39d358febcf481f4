"""The steps of a job: plan, work in chunks that any worker can take, finish."""

from django.db import models

from apps.core.querysets import HouseQuerySet
from apps.jobs.models.job import Job


class Step(models.Model):
    """One transaction's worth of work. Claimed by lease; `done_at` commits with the effect."""

    class Phase(models.IntegerChoices):
        PLAN = 0, "plan"
        WORK = 1, "work"
        FINISH = 2, "finish"

    job = models.ForeignKey(Job, models.CASCADE, related_name="steps")
    phase = models.SmallIntegerField(choices=Phase.choices)
    number = models.PositiveIntegerField()
    payload = models.JSONField(default=dict)
    size = models.PositiveIntegerField(default=0)
    progress = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)

    objects = HouseQuerySet.as_manager()

    class Meta:
        ordering = ["job", "phase", "number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["job", "phase", "number"], name="one_step_per_job_phase_and_number")
        ]
        indexes = [models.Index(fields=["leased_until"], condition=models.Q(done_at__isnull=True), name="steps_undone")]

    def __str__(self) -> str:
        return f"{self.job}: {self.get_phase_display()} {self.number}"
