"""One page per role."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.desk.homes.feeds import (
    batches,
    contacts,
    failed_jobs,
    figures_of,
    overdue,
    tile,
    work_tiles,
)
from apps.desk.homes.finance import finance_home
from apps.desk.homes.parts import Home
from apps.desk.homes.people import people_home, score_tiles
from apps.desk.homes.planner import decisions, decisions_tile, planner_home
from apps.desk.homes.settling import gate_feeds, statement_feeds, statement_tiles
from apps.desk.homes.warehouse import warehouse_home
from apps.desk.queries import home as read
from apps.desk.queries.counts import counts_of
from apps.org.actors import Actor


def home_for(name: str, by: Actor) -> Home:
    """The home page of a role, as `apps.org.permissions` names it."""
    return PAGES.get(name, _plain)(by)


def _service(by: Actor) -> Home:
    return Home(
        tiles=work_tiles(by, "to_confirm", "to_contact", "contact_late", "held", "overdue"),
        wide=[contacts(by)],
        narrow=[overdue(by), *batches(by)],
    )


def _manager(by: Actor) -> Home:
    return Home(
        tiles=[
            decisions_tile(by),
            *work_tiles(by, "to_confirm", "held", "overdue", "with_warehouse"),
            *score_tiles(by),
            *statement_tiles(by, "to_approve", "overdue"),
        ],
        figures=figures_of(by),
        stores=read.store_work(by),
        wide=statement_feeds(by),
        narrow=[decisions(by), *gate_feeds(by), overdue(by), *batches(by)],
    )


def _it(by: Actor) -> Home:
    users = read.user_figures()
    failed = counts_of(["jobs.failed"], by)["jobs.failed"]
    return Home(
        tiles=[
            tile(_("failed jobs"), failed, "red", icon="triangle-alert", url=reverse("desk:jobs_failed")),
            tile(_("open users"), users["open"], "blue", icon="users"),
            tile(_("users who must choose a password"), users["waiting"], "amber", icon="key-round"),
            tile(_("users without a role"), users["roleless"], "amber", icon="user-x"),
        ],
        wide=[failed_jobs()],
        narrow=batches(by),
    )


def _plain(by: Actor) -> Home:
    return Home(hint=_("You have no role yet. Ask the system administrator which one you need."))


PAGES: dict[str, Callable[[Actor], Home]] = {
    "service": _service,
    "manager": _manager,
    "warehouse": warehouse_home,
    "planner": planner_home,
    "finance": finance_home,
    "hr": people_home,
    "it": _it,
}
