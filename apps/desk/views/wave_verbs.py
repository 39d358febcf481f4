"""What the buttons of a wave's page do, outside the walk itself."""

from collections.abc import Callable

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid
from apps.desk.posted import count_in, key_in
from apps.desk.queries.waves import pickers_of, stop_line
from apps.org.actors import Actor
from apps.warehouse.actions import cancel_wave, confirm_pick, confirm_rest, finish_wave, start_wave, take_out
from apps.warehouse.models import Wave, WaveOrder


def _start(wave_pk: int, data: QueryDict, by: Actor) -> object:
    """The walk begins: for oneself, or for somebody who picks in this warehouse. Raises Invalid for anybody else."""
    picker = key_in(data.get("picker", ""))
    if picker is not None:
        warehouse = Wave.objects.values_list("warehouse_id", flat=True).get(pk=wave_pk)
        if picker not in {person.pk for person in pickers_of(warehouse)}:
            raise Invalid(_("This person does not pick in this warehouse."), code="no_picker")
    return start_wave(wave_pk, by=by, picker_id=picker)


def _order_inside(wave_pk: int, data: QueryDict) -> int:
    """The order that is to leave: of this wave. Raises Invalid for any other."""
    order = key_in(data.get("order", ""))
    place = WaveOrder.objects.filter(wave=wave_pk, shipping_order=order, taken_out_at__isnull=True).first()
    if place is None:
        raise Invalid(_("This order is not in the wave any more."), code="not_inside")
    return place.shipping_order_id


def _pick(wave_pk: int, data: QueryDict, by: Actor) -> object:
    """A stop that was walked with the paper list. Raises Invalid for a stop of another wave."""
    line = stop_line(wave_pk, key_in(data.get("line", "")))
    quantity = count_in(data.get("quantity", ""))
    if quantity is None:
        raise Invalid(_("How many pieces did you find? Type a whole number."), code="not_a_number")
    return confirm_pick(line.pk, quantity, reason=data.get("reason", ""), damaged=data.get("damaged") == "yes", by=by)


Act = Callable[[int, QueryDict, Actor], object]
# What a button of a wave's page does, and what is said when it is done.
VERBS: dict[str, tuple[Act, str | Promise]] = {
    "start": (_start, _("Picking has started.")),
    "finish": (lambda pk, _data, by: finish_wave(pk, by=by), _("The wave is picked; it is at the bench.")),
    "cancel": (
        lambda pk, data, by: cancel_wave(pk, reason=data.get("reason", ""), by=by),
        _("The wave was cancelled; its orders wait for goods again."),
    ),
    "take-out": (
        lambda pk, data, by: take_out(_order_inside(pk, data), reason=data.get("reason", ""), by=by),
        _("The order was taken out of the wave."),
    ),
    "rest": (lambda pk, _data, by: confirm_rest(pk, by=by), _("All stops are picked as listed.")),
    "pick": (_pick, _("The stop is picked.")),
}
