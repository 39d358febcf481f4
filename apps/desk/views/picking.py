"""The walk through the bins with a phone or a hand scanner: one stop after the other, piece by piece."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.core.errors import Invalid
from apps.core.scanning import is_scan_of, scanned
from apps.desk.doors import DeskRequest, attempt, found, is_htmx, needs, page
from apps.desk.posted import count_in, key_in
from apps.desk.queries.waves import Route, Stop, numbers_of, orders_inside, route_of, stop_line
from apps.stores.queries.scanning import is_piece_of
from apps.warehouse.actions import confirm_pick, count_piece
from apps.warehouse.models import PickLine, Wave
from apps.warehouse.workflows.wave import WaveState

AHEAD = 6
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Said:
    """What the screen answers to a scan. tone: `good`, `bad` or `info`; it also chooses the sound."""

    tone: str
    text: str


@needs("warehouse.view_wave", "warehouse.pick")
def pick(request: DeskRequest, pk: int) -> HttpResponse:
    """The walk. A scan of the right piece counts one; the last piece of a stop confirms it (WHS-03, WHS-22).

    How many of this stop are in the basket is kept with the stop, so a reload or a second device finds it; the form says
    how many its screen showed, so that the same form sent twice counts once.
    """
    wave = _wave(request, pk)
    if request.method != "POST":
        return _stop_page(request, wave, route_of(wave), asked=key_in(request.GET.get("line", "")))
    route = route_of(wave)
    line = key_in(request.POST.get("line", ""))
    stop = next((each for each in route.open if each.line.pk == line), None)
    if stop is None:
        return _stop_page(
            request, wave, route, said=Said("bad", _("This stop is picked already. Here is the next one."))
        )
    said, is_piece = _scanned(route, stop, request.POST.get("code", ""))
    if not is_piece:
        return _stop_page(request, wave, route, asked=line, said=said)
    return _counted(request, wave, stop, said)


@needs("warehouse.view_wave", "warehouse.pick")
@require_POST
def pick_short(request: DeskRequest, pk: int) -> HttpResponse:
    """Tell that a bin holds less than the list says; the newest orders leave the wave until the rest is served (WHS-21)."""
    wave = _wave(request, pk)
    before = orders_inside(wave)
    line, refusal = attempt(request, lambda: _short(request, wave))
    if line is None:
        return _stop_page(
            request, wave, route_of(wave), asked=key_in(request.POST.get("line", "")), said=Said("bad", refusal)
        )
    return _stop_page(request, wave, route_of(wave), said=_left(before - orders_inside(wave)))


def _counted(request: DeskRequest, wave: Wave, stop: Stop, said: Said) -> HttpResponse:
    """The piece is in the basket; after the last one the stop is done, and the next one comes up."""
    seen = count_in(request.POST.get("counted", "")) or 0
    counted, refusal = attempt(request, lambda: count_piece(stop.line.pk, seen=seen, by=request.by))
    if counted is None:
        said = Said("bad", refusal)
    elif not counted.is_new:
        said = Said(
            "info", _("Pieces were counted in the meantime. Compare the number with your basket, then scan on.")
        )
    return _stop_page(request, wave, route_of(wave), asked=stop.line.pk, said=said)


def _scanned(route: Route, stop: Stop, code: str) -> tuple[Said, bool]:
    """What a code means at a stop, and whether it is a piece for the basket."""
    code, sku = scanned(code), stop.line.sku
    if not code:
        return Said("bad", _("Scan or type a code.")), False
    if is_scan_of(code, stop.line.bin.code):
        return Said("info", _("This is the right bin. Now scan the goods.")), False
    if not is_piece_of(code, sku):
        return Said("bad", _wrong(route, code, sku.code)), False
    slot = stop.slot_of(stop.line.counted + 1)
    return Said("good", _("Right: put it into slot %(slot)s.") % {"slot": slot} if slot else _("Right.")), True


def _wrong(route: Route, code: str, wanted: str) -> str:
    """One piece too many of a stop that is done is no wrong item: it was in the basket's count a moment ago."""
    done = next((each.line for each in route.done if is_piece_of(code, each.line.sku)), None)
    if done is None:
        return _("Wrong item. This stop is for %(sku)s.") % {"sku": wanted}
    text = _("All %(n)s of %(sku)s at %(bin)s are picked already; put this one back. This stop is for %(wanted)s.")
    return text % {"n": done.picked_quantity, "sku": done.sku.code, "bin": done.bin.code, "wanted": wanted}


def _short(request: DeskRequest, wave: Wave) -> PickLine:
    line = stop_line(wave.pk, key_in(request.POST.get("line", "")))
    quantity = count_in(request.POST.get("quantity", ""))
    if quantity is None:
        raise Invalid(_("How many pieces did you find? Type a whole number."), code="not_a_number")
    data = request.POST
    return confirm_pick(
        line.pk, quantity, reason=data.get("reason", ""), damaged=data.get("damaged") == "yes", by=request.by
    )


def _left(gone: set[int]) -> Said:
    if not gone:
        return Said("info", _("Noted. No order had to leave the wave."))
    text = ngettext(
        "Noted. %(n)s order left the wave: %(orders)s.", "Noted. %(n)s orders left the wave: %(orders)s.", len(gone)
    )
    numbers = numbers_of(sorted(gone)[:MOST_NAMED])
    return Said("info", text % {"n": len(gone), "orders": ", ".join(numbers)})


def _stop_page(
    request: DeskRequest,
    wave: Wave,
    route: Route,
    *,
    asked: int | None = None,
    said: Said | None = None,
) -> HttpResponse:
    stop = route.current(asked) if wave.state == WaveState.PICKING else None
    context = {
        "wave": wave,
        "route": route,
        "stop": stop,
        "counted": stop.line.counted if stop else 0,
        "nearby": _nearby(route, stop),
        "said": said,
        "done": route.visited,
        "all": route.visited + len(route.open),
    }
    return page(request, "desk/waves/_stop.html" if is_htmx(request) else "desk/waves/pick.html", context)


def _nearby(route: Route, stop: Stop | None) -> list[Stop]:
    """The two stops before and some after: where one has been, where one goes next."""
    if stop is None:
        return []
    place = route.stops.index(stop)
    return [each for each in route.stops[max(place - 2, 0) : place + AHEAD] if not each.is_left_out]


def _wave(request: DeskRequest, pk: int) -> Wave:
    return found(Wave.objects.select_related("warehouse", "picker"), request.by, pk=pk)
