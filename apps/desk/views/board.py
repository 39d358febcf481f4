"""The cut-off board: what is left before each clock of the warehouse's day."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from apps.desk.doors import DeskRequest, is_fragment, needs, page
from apps.desk.homes.feeds import ship_rows
from apps.desk.homes.parts import Feed
from apps.desk.marks import number
from apps.desk.posted import key_in
from apps.desk.queries.board import Place, Today, left_over, today_of, warehouses_of, zones_of
from apps.desk.queries.promised import promised_times
from apps.desk.queries.waves import waves_under_way


@needs("warehouse.view_wave")
def board(request: DeskRequest) -> HttpResponse:
    """One warehouse's day. The page asks every thirty seconds by itself (WHS-01, WHS-03, WHS-04, WHS-14, WHS-15)."""
    places = warehouses_of(request.by)
    here = here_of(request, places)
    context: dict[str, Any] = {"places": list(places.values()), "here": here, "may": rights_of(request)}
    if here is not None:
        zones, more = zones_of(here.pk)
        waves = list(waves_under_way([here.pk], request.by))
        today = today_of(here.pk)
        context |= {"today": today, "waves": waves, "zones": zones, "more": more}
        context["promised"] = promised_times(here.pk)
        context["left_over"] = _left_over(here, today, request) if today.earlier else None
    template = "desk/board/_board.html" if is_fragment(request, "board") else "desk/board/board.html"
    return page(request, template, context)


def _left_over(here: Place, today: Today, request: DeskRequest) -> Feed:
    rows = ship_rows(left_over(here.pk, today.since, request.by))
    title = _("Left over from earlier days")
    if len(rows) < today.earlier:
        title = _("Left over from earlier days: the oldest %(shown)s of %(all)s")
    return Feed(title % {"shown": len(rows), "all": number(today.earlier)}, rows, _("None of them is of your stores."))


def here_of(request: DeskRequest, places: dict[int, Place]) -> Place | None:
    """The warehouse that the address names, else the first one; nothing for who works in none. A foreign one is 404."""
    asked = request.GET.get("warehouse", "") or request.POST.get("warehouse", "")
    if not asked:
        return next(iter(places.values()), None)
    return place_named(asked, places)


def place_named(asked: str, places: dict[int, Place]) -> Place:
    """The warehouse with this key, if this person works there; else 404."""
    place = places.get(key_in(asked) or 0)
    if place is None:
        raise Http404
    return place


def rights_of(request: DeskRequest) -> dict[str, bool]:
    """What this person may do with waves and papers."""
    rights = {"plan": "warehouse.plan_wave", "pick": "warehouse.pick", "check": "warehouse.check"}
    may = {name: request.by.may(right) for name, right in rights.items()}
    return {**may, "read_papers": request.by.may("documents.view_document")}
