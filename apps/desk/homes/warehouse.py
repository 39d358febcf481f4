"""The warehouse's first page: today's clocks, the waves that walk, and what is late. Read on a phone between two bins."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.desk.homes.feeds import overdue, tile, work_tiles
from apps.desk.homes.parts import Feed, Home, Row, Tile
from apps.desk.marks import badge, number, tone_of
from apps.desk.queries.board import Place, Today, today_of, warehouses_of
from apps.desk.queries.waves import waves_under_way
from apps.desk.rules.cutoff_board import Clock
from apps.org.actors import Actor
from apps.warehouse.models import Wave
from apps.warehouse.workflows.wave import WaveState

MOST_PLACES = 4


def warehouse_home(by: Actor) -> Home:
    """What a picker and a lead see first."""
    places = list(warehouses_of(by).values())
    if not places:
        return Home(hint=_("You work in no warehouse yet. Ask the system administrator to give you your warehouse."))
    days = {place: today_of(place.pk) for place in places[:MOST_PLACES]}
    waves = list(waves_under_way([place.pk for place in places], by))
    return Home(
        tiles=[*_tiles(list(days.values()), waves), *work_tiles(by, "overdue")],
        wide=[*(_clocks(place, day, named=len(places) > 1) for place, day in days.items())],
        narrow=[_waves(waves, by), overdue(by)],
    )


def _tiles(days: list[Today], waves: list[Wave]) -> list[Tile]:
    stages = {name: sum(day.stages[name] for day in days) for name in ("to_plan", "bench")}
    open_lists = sum(wave.state in (WaveState.PLANNED, WaveState.PICKING) for wave in waves)
    return [
        tile(_("orders to plan into waves"), stages["to_plan"], "amber", icon="route", url=reverse("desk:board")),
        tile(_("pick lists open"), open_lists, "blue", icon="clipboard-list", url=reverse("desk:waves")),
        tile(_("orders to check and pack"), stages["bench"], "indigo", icon="scan-barcode", url=reverse("desk:board")),
    ]


def _clocks(place: Place, day: Today, *, named: bool) -> Feed:
    title = _("Today's cut-offs: %(warehouse)s") % {"warehouse": place.name} if named else _("Today's cut-offs")
    url = f"{reverse('desk:board')}?warehouse={place.pk}"
    return Feed(title, [_clock(clock, url) for clock in day.clocks], "", url)


def _clock(clock: Clock, url: str) -> Row:
    said = " · ".join(clock.parts)
    title = _("%(time)s %(what)s") % {"time": f"{clock.at:%H:%M}", "what": clock.label}
    if not clock.left:
        return Row(title, _("nothing left"), url, badge=badge("green", _("Done")))
    left = ngettext("%(n)s order left", "%(n)s orders left", clock.left) % {"n": number(clock.left)}
    return Row(title, " · ".join(part for part in (left, said) if part), url, left=clock.time)


def _waves(waves: list[Wave], by: Actor) -> Feed:
    """The waves under way; on top the one that the reader walks."""
    rows = [_wave(wave, by) for wave in sorted(waves, key=lambda wave: not _is_walked_by(wave, by))]
    return Feed(_("Waves under way"), rows, _("No wave is under way."), reverse("desk:waves"))


def _is_walked_by(wave: Wave, by: Actor) -> bool:
    return wave.state == WaveState.PICKING and wave.picker_id is not None and wave.picker_id == by.id


def _wave(wave: Wave, by: Actor) -> Row:
    """A wave; the picker's own one opens where the walk goes on."""
    mine = _is_walked_by(wave, by) and by.may("warehouse.pick")
    picked = _("%(picked)s of %(wanted)s picked") % {"picked": number(wave.picked), "wanted": number(wave.wanted)}  # type: ignore[attr-defined]  # counted by the query
    return Row(
        title=wave.number,
        note=" · ".join(part for part in (picked, str(wave.picker or "")) if part),
        url=reverse("desk:wave_pick" if mine else "desk:wave", args=[wave.pk]),
        badge=badge(tone_of("warehouse.wave", wave.state), wave.get_state_display()),
    )
