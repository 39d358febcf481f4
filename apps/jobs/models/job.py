"""The job itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.files.models import StoredFile
from apps.jobs.workflows.job import JobState, JobWorkflow
from apps.org.models import Store, User
from apps.org.scope import StoreScope
from apps.workflow.triggers import machine


@tracked()
@machine(initial=JobState.QUEUED)
class Job(JobWorkflow):
    """One piece of long work. `params` hold keys and options, never a buyer's data."""

    kind = models.CharField(_("kind"), max_length=40)
    params = models.JSONField(default=dict)
    store = models.ForeignKey(Store, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("store"))
    requested_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="jobs", verbose_name=_("requested by")
    )
    language = models.CharField(max_length=10, default="zh-hans")
    click = models.UUIDField(editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    total = models.PositiveIntegerField(_("rows"), null=True)
    refusal = models.JSONField(null=True, editable=False)
    result = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", editable=False)

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(store="store_id")

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("view",)
        permissions = [("view_all_jobs", "May see every job")]
        indexes = [
            models.Index(fields=["state"], condition=models.Q(state__in=["queued", "running"]), name="jobs_under_way"),
            models.Index(fields=["requested_by", "-created_at"], name="jobs_by_user"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"
