"""Long work: one's own jobs, everybody's for administrators, and the progress of each."""

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.desk.doors import STOP_POLLING, DeskRequest, attempt, is_fragment, needs, page, tell
from apps.desk.queries.jobs import job_sheet, jobs_of, label_of
from apps.jobs.actions import cancel_job
from apps.jobs.models import Job
from apps.jobs.workflows.job import JobState

ON_PAGE = 60
MOST_FINDINGS = 200


@needs()
def jobs(request: DeskRequest) -> HttpResponse:
    """One's own jobs; all of them on request, for those who may see all."""
    everybody = request.GET.get("of") == "everybody" and request.by.may("jobs.view_all_jobs")
    return _listed(request, jobs_of(request.by, everybody=everybody), everybody=everybody)


@needs("jobs.view_all_jobs")
def jobs_failed(request: DeskRequest) -> HttpResponse:
    """Everybody's failed jobs."""
    return _listed(
        request, jobs_of(request.by, everybody=True).filter(state=JobState.FAILED), everybody=True, failed=True
    )


@needs()
def job(request: DeskRequest, pk: int) -> HttpResponse:
    """One job. The page asks every two seconds while it runs; 286 tells it to stop."""
    row = _job(request, pk)
    sheet = job_sheet(row, request.by)
    findings = row.findings.all()[:MOST_FINDINGS]
    if is_fragment(request, "job"):
        response = page(request, "desk/jobs/_job.html", {"sheet": sheet, "findings": findings})
        response.status_code = 200 if sheet.is_alive else STOP_POLLING
        return response
    return page(request, "desk/jobs/job.html", {"sheet": sheet, "findings": findings})


@needs()
@require_POST
def job_cancel(request: DeskRequest, pk: int) -> HttpResponse:
    """Stop a job before its next step."""
    _job(request, pk)
    _done, refusal = attempt(request, lambda: cancel_job(pk, by=request.by))
    back = HttpResponseRedirect(reverse("desk:job", args=[pk]))
    return tell(request, back, refusal or _("The job was cancelled."), tone="bad" if refusal else "good")


def _listed(request: DeskRequest, rows: "QuerySet[Job]", *, everybody: bool, failed: bool = False) -> HttpResponse:
    shown = [(row, label_of(row)) for row in rows[:ON_PAGE]]
    context = {
        "jobs": shown,
        "everybody": everybody,
        "failed": failed,
        "may_see_all": request.by.may("jobs.view_all_jobs"),
    }
    return page(request, "desk/jobs/jobs.html", context)


def _job(request: DeskRequest, pk: int) -> Job:
    row = jobs_of(request.by, everybody=True).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
