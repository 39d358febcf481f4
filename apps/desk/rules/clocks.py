"""How long is left, as a person says it at a desk: one tone and one short sentence."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.core.clocks import is_overdue

SOON = dt.timedelta(hours=6)
TWO_DAYS_MINUTES = 2 * 24 * 60


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """tone: `late`, `soon` or empty; text: "5 h left", "20 min late"."""

    tone: str
    text: str


def time_left(due_at: dt.datetime, now: dt.datetime, *, soon: dt.timedelta = SOON) -> TimeLeft:
    """What a clock says now. Whole minutes below an hour, whole hours below two days, then days; never "0"."""
    late = is_overdue(due_at, now)
    minutes = max(int(abs(due_at - now).total_seconds()) // 60, 1)
    if late:
        return TimeLeft("late", _late(minutes))
    return TimeLeft("soon" if due_at - now < soon else "", _left(minutes))


def _left(minutes: int) -> str:
    if minutes < 60:
        return _("%(count)d min left") % {"count": minutes}
    if minutes < TWO_DAYS_MINUTES:
        return _("%(count)d h left") % {"count": minutes // 60}
    return _("%(count)d d left") % {"count": minutes // 1440}


def _late(minutes: int) -> str:
    if minutes < 60:
        return _("%(count)d min late") % {"count": minutes}
    if minutes < TWO_DAYS_MINUTES:
        return _("%(count)d h late") % {"count": minutes // 60}
    return _("%(count)d d late") % {"count": minutes // 1440}


def age(at: dt.datetime, now: dt.datetime) -> str:
    """How long ago something happened."""
    minutes = max(int((now - at).total_seconds()) // 60, 0)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return _("%(count)d min ago") % {"count": minutes}
    if minutes < TWO_DAYS_MINUTES:
        return _("%(count)d h ago") % {"count": minutes // 60}
    return _("%(count)d d ago") % {"count": minutes // 1440}
