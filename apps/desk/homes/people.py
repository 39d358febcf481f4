"""HR's first page: how far the month's scores are, who is left out, whom somebody should talk with."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.desk.homes.feeds import absence_row, tile
from apps.desk.homes.parts import Feed, Home, Row, Tile
from apps.desk.marks import badge
from apps.desk.queries import home as read
from apps.desk.queries.people_work import PeopleWork, people_work, sheets_to_score
from apps.org.actors import Actor
from apps.staff.models import ScoreSheet
from apps.staff.queries.alerts import LowMonths


def people_home(_by: Actor) -> Home:
    """The month that has just ended, and who is away today."""
    work = people_work()
    absences = [absence_row(each) for each in read.absent_today()]
    return Home(
        tiles=_tiles(work),
        wide=[_missing(work), _low(work)],
        narrow=[_without(work), Feed(_("Away today"), absences, _("Nobody is away today."))],
    )


def score_tiles(by: Actor) -> list[Tile]:
    """For the committee: sheets of last month that wait for its scores."""
    if not by.may("staff.score_committee"):
        return []
    url = reverse("desk:scores")
    return [tile(_("score sheets to score"), sheets_to_score(by), "amber", icon="clipboard-check", url=url)]


def _tiles(work: PeopleWork) -> list[Tile]:
    month = f"?month={work.month:%Y-%m}"
    sheets, pay = reverse("desk:scores") + month, reverse("desk:pay") + month
    return [
        tile(_("sheets that wait for scores"), work.to_score, "amber", icon="clipboard-list", url=f"{sheets}&tab=open"),
        tile(_("sheets to close"), work.to_close, "blue", icon="clipboard-check", url=f"{sheets}&tab=scored"),
        tile(_("closed sheets without pay"), work.to_pay, "indigo", icon="banknote", url=pay),
        tile(_("people without a sheet"), len(work.without), "red", icon="user-x", url=reverse("desk:scores")),
    ]


def _missing(work: PeopleWork) -> Feed:
    url = f"{reverse('desk:scores')}?month={work.month:%Y-%m}&tab=open"
    title = _("Scores missing for %(month)s") % {"month": f"{work.month:%Y-%m}"}
    return Feed(title, [_sheet(sheet) for sheet in work.missing], _("Every sheet of the month is scored."), url)


def _sheet(sheet: ScoreSheet) -> Row:
    counted = vars(sheet)
    committee, own = (counted["items"] - counted[name] for name in ("by_committee", "by_self"))
    left = [_("committee %(n)s") % {"n": committee}] if committee else []
    left += [_("self %(n)s") % {"n": own}] if own else []
    note = " · ".join(left) or _("ready to finish")
    return Row(sheet.employee.name, note, reverse("desk:score", args=[sheet.pk]))


def _low(work: PeopleWork) -> Feed:
    return Feed(
        _("Months running below the limit"), [_alert(one) for one in work.low], _("Nobody is below the limit for long.")
    )


def _alert(one: LowMonths) -> Row:
    said = ngettext("%(n)s month running", "%(n)s months running", one.running) % {"n": one.running}
    return Row(one.employee.name, str(one.employee.position), badge=badge("red", said))


def _without(work: PeopleWork) -> Feed:
    rows = [Row(person.name, f"{person.number} · {person.position}") for person in work.without]
    return Feed(
        _("People without a score sheet"), rows, _("Every position has its score sheet."), reverse("desk:scores")
    )
