"""Saved views and layouts of list pages."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.desk.actions import delete_view, keep_layout, save_view
from apps.desk.doors import DeskRequest, attempt, go, is_htmx, needs, next_of, page, tell
from apps.desk.lists.spec import ListSpec
from apps.desk.queries.choices import stores_of
from apps.desk.queries.views import kept_for
from apps.desk.views.lists import SPECS, read_here
from apps.desk.views.orders import LIST_CHANGED


@needs()
@require_POST
def view_save(request: DeskRequest, page_name: str) -> HttpResponse:
    """Keep the filters of the list under a name."""
    spec = _spec(page_name)
    query = read_here(request, spec, request.POST, stores_of(request.by))
    layout = kept_for(spec.page, request.by).layout
    columns = layout.columns if layout else []
    name, shared = request.POST.get("name", ""), bool(request.POST.get("is_shared"))
    view, refusal = attempt(
        request,
        lambda: save_view(spec.page, name, query=query.filters(), columns=columns, is_shared=shared, by=request.by),
    )
    if view is None:
        return page(request, "desk/_refusal.html", {"refusal": refusal})
    return go(request, f"{reverse(spec.url_name)}?{query.but(view=view.pk).link()}")


@needs()
@require_POST
def view_delete(request: DeskRequest, pk: int) -> HttpResponse:
    """Forget one of one's own views."""
    page_name, refusal = attempt(request, lambda: delete_view(pk, by=request.by))
    back = HttpResponseRedirect(reverse(_spec(page_name).url_name) if page_name else reverse("desk:home"))
    return tell(request, back, refusal or _("The view was deleted."), tone="bad" if refusal else "good")


@needs()
@require_POST
def layout(request: DeskRequest, page_name: str) -> HttpResponse:
    """Keep columns and row height; the list draws itself anew."""
    spec = _spec(page_name)
    known = spec.columns_by_key
    chosen = [key for key in request.POST.getlist("column") if key in known]
    # No column at all is a choice too, and not the same as the usual ones.
    columns = [] if request.POST.get("reset") else chosen or ["number"]
    density = "" if request.POST.get("reset") else request.POST.get("density", "")
    _done, refusal = attempt(request, lambda: keep_layout(spec.page, columns=columns, density=density, by=request.by))
    if not is_htmx(request):
        return HttpResponseRedirect(next_of(request, reverse(spec.url_name)))
    return tell(request, HttpResponse(status=204), refusal, tone="bad", events=LIST_CHANGED)


def _spec(page_name: str) -> ListSpec:
    if page_name not in SPECS:
        raise Http404
    return SPECS[page_name]
