"""Waves: the list, planning one, one wave, and what is done with it outside the walk itself."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.core.errors import Invalid
from apps.desk.doors import DeskRequest, attempt, found, go, is_fragment, is_htmx, needs, next_of, page, tell
from apps.desk.posted import count_in, key_in, keys_in
from apps.desk.queries.board import warehouses_of
from apps.desk.queries.timeline import Entry, timeline_of_row
from apps.desk.queries.waves import (
    MOST_BY_HAND,
    ON_PAGE,
    matching,
    waiting_by_store,
    waiting_orders,
    wave_sheet,
    waves_listed,
)
from apps.desk.views.board import here_of, place_named, rights_of
from apps.desk.views.returns import key_of
from apps.desk.views.wave_verbs import VERBS
from apps.org.actors import Actor
from apps.warehouse.actions import (
    issue_pick_list,
    plan_once,
    plan_wave,
    plan_waves,
)
from apps.warehouse.models import Wave, WaveOrder
from apps.warehouse.rules.waves import WaveKind, WaveRule
from apps.warehouse.workflows.wave import WaveState

DEFAULT_ORDERS, MOST_ORDERS = 50, 500


@needs("warehouse.view_wave")
def waves(request: DeskRequest) -> HttpResponse:
    """The waves of one's warehouses: those under way, or those that are over."""
    places = warehouses_of(request.by)
    asked, before = request.GET.get("warehouse", ""), request.GET.get("before", "")
    here = place_named(asked, places) if asked else None
    over = request.GET.get("tab") == "over"
    rows = waves_listed(request.by, over=over, warehouse_id=here.pk if here else None, before=key_in(before))
    context = {
        "places": list(places.values()),
        "here": here,
        "over": over,
        "waves": rows[:ON_PAGE],
        "following": rows[ON_PAGE - 1].pk if len(rows) > ON_PAGE else None,
        "may": rights_of(request),
    }
    return page(request, "desk/waves/waves.html", context)


@needs("warehouse.view_wave", "warehouse.plan_wave")
def plan(request: DeskRequest) -> HttpResponse:
    """Plan a wave by a rule or from chosen orders; a refusal stands on the page, with nothing changed (WHS-03, WHS-17).

    A form that arrives twice shows what it led to the first time.
    """
    if request.method != "POST":
        return _plan_page(request, request.GET)
    places = warehouses_of(request.by)
    here = place_named(request.POST.get("warehouse", ""), places)
    planned, refusal = attempt(request, lambda: _planned(here.pk, request.POST, request.by))
    if planned is None:
        return _plan_page(request, request.POST, refusal)
    first, *others = planned
    where = reverse("desk:waves") if others else reverse("desk:wave", args=[first.pk])
    return tell(request, go(request, where), planned_sentence(planned))


@needs("warehouse.view_wave")
def wave(request: DeskRequest, pk: int) -> HttpResponse:
    """One wave: its stops, its orders, what happened."""
    return _sheet(request, _wave(request, pk))


@needs("warehouse.view_wave")
@require_POST
def wave_verb(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing with a wave; a refusal stands on the page, with nothing changed."""
    if verb not in VERBS:
        raise Http404
    act, sentence = VERBS[verb]
    _wave(request, pk)
    _done, refusal = attempt(request, lambda: act(pk, request.POST, request.by))
    if not is_htmx(request):
        back = HttpResponseRedirect(next_of(request, reverse("desk:wave", args=[pk])))
        return tell(request, back, refusal or sentence, tone="bad" if refusal else "good")
    response = _sheet(request, _wave(request, pk), refusal)
    return response if refusal else tell(request, response, sentence)


@needs("warehouse.view_wave", "documents.view_document")
@require_POST
def wave_paper(request: DeskRequest, pk: int) -> HttpResponse:
    """Issue the wave's pick list and show the paper."""
    _wave(request, pk)
    paper, refusal = attempt(request, lambda: issue_pick_list(pk, by=request.by))
    if paper is None:
        back = HttpResponseRedirect(reverse("desk:wave", args=[pk]))
        return tell(request, back, refusal, tone="bad")
    return go(request, reverse("desk:paper", args=[paper.pk]))


def planned_sentence(waves: Sequence[Wave]) -> str:
    """What a plan led to: how many orders came along, how many did not."""
    inside = WaveOrder.objects.filter(wave__in=waves).count()
    said = _("%(waves)s waves were planned with %(n)s orders.") % {"waves": len(waves), "n": inside}
    if len(waves) == 1:
        said = ngettext(
            "Wave %(wave)s was planned with %(n)s order.", "Wave %(wave)s was planned with %(n)s orders.", inside
        ) % {"wave": waves[0].number, "n": inside}
    left = len(waves[0].left_out)
    if not left:
        return said
    more = ngettext("%(n)s order did not come along.", "%(n)s orders did not come along.", left) % {"n": left}
    return _("%(first)s %(second)s") % {"first": said, "second": more}


def _wave(request: DeskRequest, pk: int) -> Wave:
    return found(Wave.objects.select_related("warehouse", "picker", "planned_by"), request.by, pk=pk)


def _sheet(request: DeskRequest, row: Wave, refusal: str = "") -> HttpResponse:
    context = {
        "wave": row,
        "sheet": wave_sheet(row, request.by),
        "timeline": timeline_of_row(row, WaveState, Entry(row.planned_at, _("Planned"), str(row.planned_by or ""))),
        "may": rights_of(request),
        "refusal": refusal,
    }
    return page(request, "desk/waves/_wave.html" if is_fragment(request, "wave") else "desk/waves/wave.html", context)


def _plan_page(request: DeskRequest, data: QueryDict, refusal: str = "") -> HttpResponse:
    places = warehouses_of(request.by)
    here = here_of(request, places)
    rule, mistake = _rule_or_default(data)
    context: dict[str, Any] = {
        "places": list(places.values()),
        "here": here,
        "kinds": Wave.Kind.choices,
        "rule": rule,
        # Beside the rule what is wrong with the rule, above the page all else; no sentence twice.
        "mistake": mistake,
        "refusal": "" if refusal == mistake else refusal,
    }
    if here is not None:
        waiting = waiting_by_store(here.pk)
        match = matching(here.pk, rule)
        waves = -(-match // rule.most_orders) if data.get("all") == "yes" else 1
        context |= {"waiting": waiting, "match": match, "taken": min(match, waves * rule.most_orders), "waves": waves}
    if is_fragment(request, "match"):
        return page(request, "desk/waves/_match.html", context)
    if here is not None:
        context |= {"orders": waiting_orders(here.pk), "most_by_hand": MOST_BY_HAND}
        context |= {"rule_key": uuid.uuid4(), "hand_key": uuid.uuid4()}
    return page(request, "desk/waves/plan.html", context)


def _planned(warehouse_id: int, data: QueryDict, by: Actor) -> list[Wave]:
    def plan() -> list[Wave]:
        if data.get("how") == "chosen":
            return [plan_wave(warehouse_id, pks=_chosen(data), by=by)]
        if data.get("all") == "yes":
            return plan_waves(warehouse_id, rule=rule_of(data), by=by)
        return [plan_wave(warehouse_id, rule=rule_of(data), by=by)]

    return plan_once(warehouse_id, plan, by=by, key=key_of(data))


def _rule_or_default(data: QueryDict) -> tuple[WaveRule, str]:
    try:
        return rule_of(data), ""
    except Invalid as refusal:
        return WaveRule(), str(refusal)


def rule_of(data: QueryDict) -> WaveRule:
    """The rule that a form asks for. Raises Invalid for a number of orders that is none."""
    kind, most = data.get("kind", ""), data.get("most_orders", "") or str(DEFAULT_ORDERS)
    number = count_in(most)
    if number is None or not 1 <= number <= MOST_ORDERS:
        raise Invalid(_("A wave takes from 1 to 500 orders."), code="most_orders")
    return WaveRule(
        kind=WaveKind(kind) if kind in list(WaveKind) else WaveKind.MIXED,
        most_orders=number,
        store_ids=tuple(keys_in(data.getlist("store"))),
    )


def _chosen(data: QueryDict) -> list[int]:
    """The orders that were ticked. Raises Invalid for none."""
    keys = keys_in(data.getlist("ids"))
    if not keys:
        raise Invalid(_("Choose at least one order."))
    return keys
