"""Walk a wave: start, confirm each stop, finish; or cancel it."""

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from apps.audit.context import signed
from apps.core.errors import Conflict, Invalid, NotFound
from apps.core.speech import filled
from apps.org.actors import SYSTEM, Actor
from apps.org.models import User
from apps.org.scope import the_visible
from apps.warehouse.actions.leave import let_go
from apps.warehouse.actions.rights import must
from apps.warehouse.actions.short import write_off
from apps.warehouse.models import PickLine, PickShare, Wave, WaveOrder
from apps.warehouse.rules.waves import Claim, leaving
from apps.warehouse.workflows.wave import UNDER_WAY, WaveState
from apps.workflow.move import IllegalMove, Moved, move, move_many

NOT_PICKED_NOW = _("This wave is not being picked now.")


@transaction.atomic
def start_wave(pk: int, *, by: Actor, picker_id: int | None = None) -> Wave:
    """Take the list and walk; the picker is who starts it, or whom the lead names.

    Raises NotFound, NotAllowed, IllegalMove. Rule: WHS-03.
    """
    wave = _locked(pk, by)
    if picker_id is not None and not User.objects.filter(is_active=True, pk=picker_id).exists():
        raise NotFound(_("There is no such person, or the account is closed."))
    move(wave.start, by=by, also={"picker_id": picker_id or by.id})
    return wave


@transaction.atomic
def confirm_pick(line_pk: int, quantity: int, *, by: Actor, reason: str = "", damaged: bool = False) -> PickLine:
    """Say how many pieces were found at a stop.

    Fewer than wanted needs a reason: whole orders leave the wave, the newest first, until the rest is served, and the
    missing pieces are written off the bin, or moved to the defects bin when they are damaged. The same answer twice is
    harmless. Raises NotFound, NotAllowed, IllegalMove, Invalid, Conflict when another number was told before.
    Rules: WHS-03, WHS-21, WHS-22.
    """
    must(by, "warehouse.pick")
    line = the_visible(PickLine.objects.all(), by, pk=line_pk)
    wave = _locked(line.wave_id, by)
    line.refresh_from_db()
    if line.picked_at is not None:
        return _told_again(line, quantity)
    _expect(wave, line, quantity, reason)
    missing = line.quantity - quantity
    with signed("warehouse.pickline.pick", by=by, reason=reason):
        PickLine.objects.filter(pk=line.pk).update(
            picked_quantity=quantity, picked_at=Now(), picked_by_id=by.id,
            short_reason=reason.strip()[:200] if missing else "",
        )  # fmt: skip
        if missing:
            let_go(leaving(_claims(line), quantity), reason=reason, by=by)
            write_off(line, missing, damaged=damaged, by=by)
    line.refresh_from_db()
    return line


def _locked(pk: int, by: Actor) -> Wave:
    wave = the_visible(Wave.objects.all(), by, pk=pk)
    return Wave.objects.locked().get(pk=wave.pk)


def _picked_already(picked: int) -> Promise:
    sentence = ngettext_lazy(
        "This stop was picked already, with %(picked)s piece.",
        "This stop was picked already, with %(picked)s pieces.",
        picked,
    )
    return filled(sentence, picked=picked)


def _too_many(wanted: int, picked: int) -> Promise:
    sentence = ngettext_lazy(
        "This stop is for %(wanted)s piece; you cannot pick %(picked)s.",
        "This stop is for %(wanted)s pieces; you cannot pick %(picked)s.",
        wanted,
    )
    return filled(sentence, wanted=wanted, picked=picked)


def _told_again(line: PickLine, quantity: int) -> PickLine:
    if line.picked_quantity != quantity:
        raise Conflict(_picked_already(line.picked_quantity))
    return line


def _expect(wave: Wave, line: PickLine, quantity: int, reason: str) -> None:
    if wave.state != WaveState.PICKING:
        raise IllegalMove(NOT_PICKED_NOW, state=wave.state)
    if not 0 <= quantity <= line.quantity:
        raise Invalid(_too_many(line.quantity, quantity), code="too_many")
    if quantity < line.quantity and not reason.strip():
        raise Invalid(_("Please say why there are fewer."), code="reason_missing")


def _claims(line: PickLine) -> list[Claim]:
    shares = PickShare.objects.filter(
        line=line, wave_order__taken_out_at__isnull=True, wave_order__done_at__isnull=True
    ).values_list("wave_order__shipping_order_id", "wave_order__slot", "quantity")
    return [Claim(order, slot, quantity) for order, slot, quantity in shares]


@transaction.atomic
def confirm_rest(pk: int, *, by: Actor) -> int:
    """Every stop still ahead held what the list says: the list was walked on paper. Returns how many stops.

    One statement for any number of stops. Raises NotFound, NotAllowed, IllegalMove. Rule: WHS-03.
    """
    must(by, "warehouse.pick")
    wave = _locked(pk, by)
    if wave.state != WaveState.PICKING:
        raise IllegalMove(NOT_PICKED_NOW, state=wave.state)
    ahead = PickLine.objects.filter(wave=wave, picked_at__isnull=True, quantity__gt=0)
    with signed("warehouse.pickline.pick", by=by):
        return ahead.update(picked_quantity=F("quantity"), picked_at=Now(), picked_by_id=by.id)


@transaction.atomic
def finish_wave(pk: int, *, by: Actor) -> Wave:
    """All goods are at the bench. Raises NotFound, NotAllowed, IllegalMove while a stop is open."""
    wave = _locked(pk, by)
    move(wave.finish, by=by)
    return wave


@transaction.atomic
def cancel_wave(pk: int, *, reason: str, by: Actor) -> Wave:
    """Give a wave up before it is picked; all its orders wait for goods anew.

    Raises NotFound, NotAllowed, IllegalMove, Invalid without a reason.
    """
    must(by, "warehouse.plan_wave")
    wave = _locked(pk, by)
    if wave.state not in (WaveState.PLANNED, WaveState.PICKING):
        raise IllegalMove(_("This wave is picked already; take single orders out instead."), state=wave.state)
    if not reason.strip():
        raise Invalid(_("Please give a reason."), code="reason_missing")
    inside = WaveOrder.objects.filter(wave=wave, taken_out_at__isnull=True, done_at__isnull=True)
    let_go(list(inside.values_list("shipping_order_id", flat=True)), reason=reason, by=by)
    move(wave.cancel, by=by, reason=reason)
    return wave


@transaction.atomic
def close_finished_waves() -> Moved:
    """Close every wave of which no order is left in the warehouse. Running it twice is harmless."""
    inside = WaveOrder.objects.filter(wave=OuterRef("pk"), taken_out_at__isnull=True, done_at__isnull=True)
    empty = Wave.objects.filter(~Exists(inside), state__in=UNDER_WAY)
    return move_many(empty, Wave.close, by=SYSTEM)
