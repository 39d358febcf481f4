"""Count a piece into the basket at a stop of the walk."""

from dataclasses import dataclass

from django.db import transaction

from apps.audit.context import signed
from apps.org.actors import Actor
from apps.org.scope import the_visible
from apps.warehouse.actions.pick import NOT_PICKED_NOW, confirm_pick
from apps.warehouse.actions.rights import must
from apps.warehouse.models import PickLine, Wave
from apps.warehouse.workflows.wave import WaveState
from apps.workflow.move import IllegalMove


@dataclass(frozen=True, slots=True)
class Counted:
    """A stop after a scan. is_new: this scan has counted; False when the basket held more than the screen showed."""

    line: PickLine
    is_new: bool


@transaction.atomic
def count_piece(line_pk: int, *, seen: int, by: Actor) -> Counted:
    """One more piece of a stop is in the basket; the last one confirms the stop.

    seen: how many pieces the picker's screen showed. When the basket holds another number by now, because the scan was
    sent twice or a second device counts along, nothing is counted. Raises NotFound, NotAllowed, IllegalMove.
    Rules: WHS-03, WHS-22.
    """
    must(by, "warehouse.pick")
    line = the_visible(PickLine.objects.all(), by, pk=line_pk)
    wave = Wave.objects.locked().get(pk=line.wave_id)
    line.refresh_from_db()
    if wave.state != WaveState.PICKING:
        raise IllegalMove(NOT_PICKED_NOW, state=wave.state)
    if line.picked_at is not None or line.quantity == 0 or line.counted != seen:
        return Counted(line, is_new=False)
    if seen + 1 >= line.quantity:
        return Counted(confirm_pick(line.pk, line.quantity, by=by), is_new=True)
    with signed("warehouse.pickline.count", by=by):
        PickLine.objects.filter(pk=line.pk).update(counted_quantity=seen + 1)
    line.refresh_from_db()
    return Counted(line, is_new=True)
