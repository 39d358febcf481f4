"""The bell: how many, which, and read."""

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from apps.desk.doors import DeskRequest, is_htmx, needs, page
from apps.desk.queries.counts import counts_of, forget_counts
from apps.notices.actions import read_notices
from apps.notices.models import Notice

IN_BELL = 8
ON_PAGE = 100


@needs()
def bell(request: DeskRequest) -> HttpResponse:
    """Asked every 45 seconds: 204 while the number is what the page shows already."""
    unread = counts_of(["my.notices"], request.by)["my.notices"]
    if request.GET.get("known") == str(unread):
        return HttpResponse(status=204)
    return page(request, "desk/_bell_count.html", {"unread": unread})


@needs()
def bell_list(request: DeskRequest) -> HttpResponse:
    """The last few notices, for the menu under the bell."""
    return page(request, "desk/_bell_list.html", {"notices": _mine(request)[:IN_BELL]})


@needs()
def notices(request: DeskRequest) -> HttpResponse:
    """All notices of the last while."""
    return page(request, "desk/notices.html", {"notices": _mine(request)[:ON_PAGE]})


@needs()
def notice(request: DeskRequest, pk: int) -> HttpResponse:
    """Follow a notice to the page that answers it; it is read from then on."""
    row = _mine(request).filter(pk=pk).first()
    if row is None:
        raise Http404
    read_notices(request.user.pk, notice_id=pk)
    forget_counts(request.by)
    safe = url_has_allowed_host_and_scheme(row.url, None)
    return HttpResponseRedirect(row.url if safe and row.url.startswith("/") else reverse("desk:notices"))


@needs()
@require_POST
def notices_read(request: DeskRequest) -> HttpResponse:
    """Mark all as read."""
    read_notices(request.user.pk)
    forget_counts(request.by)
    if not is_htmx(request):
        return HttpResponseRedirect(reverse("desk:notices"))
    return page(request, "desk/_bell_list.html", {"notices": _mine(request)[:IN_BELL]})


def _mine(request: DeskRequest) -> "QuerySet[Notice]":
    return Notice.objects.filter(user_id=request.user.pk).order_by("-created_at", "-pk")
