"""Today's cut-offs as a board shows them: what is left before each clock, and whether it is late."""

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.calendar import ONE_DAY, SHANGHAI, Exceptions, business_day, is_working_day
from apps.desk.rules.clocks import TimeLeft, time_left
from apps.warehouse.rules.cutoffs import CutOffs

SOON = dt.timedelta(minutes=45)
# Each stage of a parcel in the house, and how a clock tells how many are there.
STAGES: dict[str, str | Promise] = {
    "to_confirm": _("%(n)s to confirm"),
    "short": _("%(n)s waiting for goods"),
    "to_plan": _("%(n)s to plan into waves"),
    "walking": _("%(n)s in waves, to be picked"),
    "bench": _("%(n)s to check and pack"),
    "packed": _("%(n)s packed, to hand over"),
}
BEFORE = _("%(n)s not there yet")


@dataclass(frozen=True, slots=True)
class Face:
    """One of the four clocks. stages: what must have passed it; where: of these, the ones whose work it is."""

    key: str
    label: str | Promise
    stages: tuple[str, ...]
    where: tuple[str, ...]


FACES = (
    Face("order_by", _("Orders confirmed"), ("to_confirm",), ("to_confirm",)),
    Face("fetch_by", _("Goods fetched"), ("short", "to_plan", "walking"), ("short", "to_plan", "walking")),
    Face("pack_by", _("Parcels packed"), ("short", "to_plan", "walking", "bench"), ("bench",)),
    Face("final_by", _("Last parcel out"), ("short", "to_plan", "walking", "bench", "packed"), ("packed",)),
)


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock of today. left: orders of today's batch that have not passed it; parts: where they are, as words."""

    key: str
    label: str | Promise
    at: dt.datetime
    left: int
    parts: tuple[str, ...]
    time: TimeLeft

    @property
    def tone(self) -> str:
        """`done` when nothing is left, `late` when the time is over, `soon` shortly before it."""
        return self.time.tone if self.left else "done"


def batch_day(today: dt.date, cutoffs: CutOffs, exceptions: Exceptions = None) -> dt.date:
    """The shipping day whose batch is worked on: today, or the last one where the warehouse rests today (AMB-49)."""
    day = today
    while cutoffs.rests and not is_working_day(day, exceptions):
        day -= ONE_DAY
    return day


def clocks_of(day: dt.date, cutoffs: CutOffs, stages: dict[str, int], now: dt.datetime) -> list[Clock]:
    """The four clocks of a shipping day. stages: how many orders stand where. Rules: WHS-01, WHS-03, WHS-04, WHS-14."""
    return [_clock(face, day, cutoffs, stages, now) for face in FACES]


def is_over(day: dt.date, now: dt.datetime) -> bool:
    """Whether the batch's own day has passed."""
    return business_day(now) > day


def _clock(face: Face, day: dt.date, cutoffs: CutOffs, stages: dict[str, int], now: dt.datetime) -> Clock:
    at = dt.datetime.combine(day, getattr(cutoffs, face.key), SHANGHAI)
    left = sum(stages[name] for name in face.stages)
    here = [_said(STAGES[name], stages[name]) for name in face.where if stages[name]]
    before = left - sum(stages[name] for name in face.where)
    parts = (*here, _said(BEFORE, before)) if before else tuple(here)
    return Clock(face.key, face.label, at, left, parts, time_left(at, now, soon=SOON))


def _said(words: str | Promise, count: int) -> str:
    return str(words) % {"n": f"{count:,}"}
