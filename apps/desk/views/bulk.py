"""One thing done with many orders, and what became of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from apps.core.errors import Invalid
from apps.desk.doors import DeskRequest, attempt, is_htmx, needs, page, tell
from apps.desk.lists.shipping_orders import ORDER_DESK
from apps.desk.lists.table import chosen_rows
from apps.desk.posted import keys_in
from apps.desk.queries.choices import stores_of
from apps.desk.views.lists import read_here
from apps.desk.views.orders import LIST_CHANGED, release_at_of
from apps.orders.actions import confirm_shipping_orders, hold_shipping_orders
from apps.orders.models import ShippingOrder
from apps.org.scope import visible
from apps.warehouse.actions import PlannedChoice, plan_chosen
from apps.workflow.move import Moved

MOST_ROWS = 2_000
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Refused:
    """An order that was left as it is, and the sentence why."""

    pk: int
    number: str
    sentence: str | Promise


@needs("orders.view_shippingorder")
@require_POST
def orders_bulk(request: DeskRequest) -> HttpResponse:
    """Confirm, hold or plan the selected orders, or all that match, at most two thousand (ORD-08, ORD-10, WHS-03)."""
    doing = request.POST.get("do", "")
    if doing not in ACTS:
        raise Http404
    title, act = ACTS[doing]
    outcome, refusal = attempt(request, lambda: act(request))
    moved = outcome or Moved()
    context = {
        "title": title,
        "waves": moved.waves if isinstance(moved, PlannedChoice) else [],
        "refusal": refusal,
        "done": len(moved.done),
        "refused": _named(request, moved.refused),
        "refused_count": len(moved.refused),
        "more": max(len(moved.refused) - MOST_SHOWN, 0),
    }
    if not is_htmx(request):
        return page(request, "desk/orders/outcome.html", context)
    response = page(request, "desk/orders/_outcome.html", context)
    return tell(request, response, "", events={"open-dialog": "#outcome-box", **LIST_CHANGED})


def _confirm(request: DeskRequest) -> Moved:
    return confirm_shipping_orders(_chosen(request), by=request.by)


def _hold(request: DeskRequest) -> Moved:
    note, release_at = request.POST.get("note", ""), release_at_of(request.POST)
    held, left = hold_shipping_orders(_chosen(request), note=note, release_at=release_at, by=request.by)
    return Moved(held, dict.fromkeys(left, _("It is held already, or its way is over.")))


def _plan(request: DeskRequest) -> PlannedChoice:
    return plan_chosen(_chosen(request), by=request.by)


ACTS: dict[str, tuple[str | Promise, Callable[[DeskRequest], Moved | PlannedChoice]]] = {
    "confirm": (_("Confirm orders"), _confirm),
    "hold": (_("Hold orders"), _hold),
    "wave": (_("Plan a wave"), _plan),
}


def _chosen(request: DeskRequest) -> list[int]:
    """The keys that the form names, or those that the list's own query finds. Raises Invalid for none or too many."""
    if request.POST.get("all"):
        query = read_here(request, ORDER_DESK, request.POST, stores_of(request.by))
        found = ORDER_DESK.search(query.text, request.by) if query.text else None
        return list(
            chosen_rows(query, found, request.by).order_by("placed_at", "pk").values_list("pk", flat=True)[:MOST_ROWS]
        )
    keys = keys_in(request.POST.getlist("ids"))
    if not keys:
        raise Invalid(_("Choose at least one order."))
    if len(keys) > MOST_ROWS:
        raise Invalid(_("At most 2,000 orders at once."))
    return keys


def _named(request: DeskRequest, refused: Mapping[int, str | Promise]) -> list[Refused]:
    rows = visible(ShippingOrder.objects.filter(pk__in=list(refused)[:MOST_SHOWN]), request.by)
    numbers = dict(rows.values_list("pk", "lead_order__number"))
    return [Refused(pk, numbers[pk], sentence) for pk, sentence in refused.items() if pk in numbers]
