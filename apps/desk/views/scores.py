"""Score sheets: the month's list, one sheet, and everything that is done with either."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from apps.core.errors import Invalid
from apps.desk.doors import DeskRequest, attempt, found, is_fragment, is_htmx, needs, page, tell
from apps.desk.downloads import attachment, new_file
from apps.desk.posted import count_in, key_in
from apps.desk.queries.score_sheet import sheet_page
from apps.desk.queries.scores import (
    TABS,
    adoptable,
    counts_by_state,
    groups_for,
    missing_forms,
    month_around,
)
from apps.desk.views.score_verbs import VERBS, given_in
from apps.desk.views.tabs import TabLink
from apps.staff.actions import (
    adopt_sheet,
    close_month,
    export_sheets,
    open_month,
)
from apps.staff.models import ItemScore, ScoreSheet
from apps.staff.queries.sheets import lines_of, results_of
from apps.staff.rules.months import month_in

MOST_PAGES = 10_000


@needs("staff.view_scoresheet")
def scores(request: DeskRequest) -> HttpResponse:
    """The month's sheets by template, as far as this person may see them."""
    month = month_around(month_in(request.GET.get("month", "")))
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "all"
    number = min(count_in(request.GET.get("page", "")) or 0, MOST_PAGES)
    groups, more = groups_for(month, tab, number, request.by)
    without = missing_forms(month, request.by)
    positions, printed = adoptable(without, request.by)
    counts = counts_by_state(month, request.by)
    context = {
        "month": month,
        "tab": tab,
        "tabs": [TabLink(name, label, "", str(counts[name] or ""), name == tab) for name, (label, _q) in TABS.items()],
        "groups": groups,
        "page_number": number,
        "more": more,
        "without": without,
        "positions": positions,
        "printed": printed,
        "to_close": counts["to_close"],
        "may": {name: request.by.may(f"staff.{name}") for name in ("keep_sheets", "export_sheets")},
    }
    return page(request, "desk/scores/scores.html", context)


@needs("staff.view_scoresheet", "staff.keep_sheets")
@require_POST
def scores_open(request: DeskRequest) -> HttpResponse:
    """Open the month for everybody who has no sheet yet."""
    month = month_posted(request)
    opened, refusal = attempt(request, lambda: open_month(month, by=request.by))
    count = opened.opened if opened else 0
    said = ngettext("%(n)s sheet was opened.", "%(n)s sheets were opened.", count) % {"n": count}
    return _to_month(request, refusal, said)


@needs("staff.view_scoresheet", "staff.keep_sheets")
@require_POST
def scores_close(request: DeskRequest) -> HttpResponse:
    """Close every scored sheet of the month."""
    month = month_posted(request)
    moved, refusal = attempt(request, lambda: close_month(month, by=request.by))
    count = len(moved.done) if moved else 0
    said = ngettext("%(n)s sheet was closed.", "%(n)s sheets were closed.", count) % {"n": count}
    if moved and moved.refused:
        why = next(iter(moved.refused.values()))
        said = gettext("%(said)s Not all: %(why)s") % {"said": said, "why": why}
    return _to_month(request, refusal, said)


@needs("staff.view_scoresheet", "staff.add_scoretemplate")
@require_POST
def scores_adopt(request: DeskRequest) -> HttpResponse:
    """Give a position one of the printed sheets from this month on, and open it for its people."""
    month = month_posted(request)

    @transaction.atomic
    def adopt() -> None:
        position, code = key_in(request.POST.get("position", "")) or 0, request.POST.get("sheet", "")
        adopt_sheet(position, code, month=month, by=request.by)
        open_month(month, by=request.by)

    _done, refusal = attempt(request, adopt)
    return _to_month(request, refusal, _("The position has a score sheet now."))


@needs("staff.view_scoresheet", "staff.export_sheets")
@require_POST
def scores_export(request: DeskRequest) -> HttpResponseBase:
    """The month as a workbook; the book of exports knows who took it (SEC-31)."""
    month = month_posted(request)
    sink = new_file()
    _rows, refusal = attempt(request, transaction.atomic(lambda: export_sheets(month, sink, by=request.by)))
    if refusal:
        return _to_month(request, refusal, "")
    sink.seek(0)
    return attachment(sink, f"{gettext('Score sheets')}-{month:%Y-%m}.xlsx")


@needs()
def score(request: DeskRequest, pk: int) -> HttpResponse:
    """One sheet: one's own, one of one's people, for HR anybody's."""
    return _sheet(request, pk)


@needs()
@require_POST
def score_totals(request: DeskRequest, pk: int) -> HttpResponse:
    """What the sheet would come to with what stands in the boxes; nothing is saved."""
    sheet = found(_sheets(), request.by, pk=pk)
    shown = sheet_page(sheet, request.by)
    try:
        typed = {key: one.score for key, one in given_in(request.POST).items()}
    except Invalid as refused:
        return page(request, "desk/scores/_totals.html", {"shown": shown, "sheet": sheet, "wrong": str(refused)})
    if shown.voice == ItemScore.Part.COMMITTEE:
        results = results_of(sheet, lines_of(sheet), committee=typed)
    else:
        results = results_of(sheet, lines_of(sheet), own=typed)
    context = {"shown": shown, "sheet": sheet, "results": results, "is_preview": True}
    return page(request, "desk/scores/_totals.html", context)


@needs()
@require_POST
def score_verb(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing with one sheet; a refusal stands in the sheet, with nothing changed and nothing to type again."""
    if verb not in VERBS:
        raise Http404
    act, sentence = VERBS[verb]
    found(ScoreSheet.objects.all(), request.by, pk=pk)
    _done, refusal = attempt(request, lambda: act(pk, request.POST, request.by))
    if not is_htmx(request) and not refusal:
        return tell(request, HttpResponseRedirect(reverse("desk:score", args=[pk])), sentence)
    typed = {name: request.POST.get(name, "") for name in request.POST} if refusal and verb == "save" else {}
    response = _sheet(request, pk, refusal=refusal, typed=typed)
    return response if refusal else tell(request, response, sentence)


def _sheet(request: DeskRequest, pk: int, *, refusal: str = "", typed: Mapping[str, str] | None = None) -> HttpResponse:
    sheet = found(_sheets(), request.by, pk=pk)
    shown = sheet_page(sheet, request.by, typed)
    context = {"sheet": sheet, "shown": shown, "results": shown.results, "refusal": refusal}
    template = "desk/scores/_sheet.html" if is_fragment(request, "sheet") else "desk/scores/score.html"
    return page(request, template, context)


def _sheets() -> Any:
    return ScoreSheet.objects.select_related("employee__position", "employee__team", "template")


def month_posted(request: DeskRequest) -> dt.date:
    """The month that a form is about."""
    month = month_in(request.POST.get("month", ""))
    if month is None:
        raise Http404
    return month


def _to_month(request: DeskRequest, refusal: str, sentence: str | Promise) -> HttpResponse:
    back = HttpResponseRedirect(f"{reverse('desk:scores')}?month={month_posted(request):%Y-%m}")
    return tell(request, back, refusal or sentence, tone="bad" if refusal else "good")
