"""One page per role."""

from collections.abc import Callable
from dataclasses import dataclass, replace

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
from apps.desk.homes.finance import FINANCE_COUNTS, finance_home
from apps.desk.homes.first_steps import FIRST_COUNT, first_steps
from apps.desk.homes.parts import Home
from apps.desk.homes.people import people_home, score_tiles
from apps.desk.homes.planner import PLANNER_COUNTS, decisions, decisions_tile, planner_home
from apps.desk.homes.settling import gate_feeds, statement_feeds, statement_tiles
from apps.desk.homes.warehouse import warehouse_home
from apps.desk.navigation import badges_of
from apps.desk.queries import home as read
from apps.desk.queries.counts import counts_of
from apps.org.actors import Actor

SERVICE_TILES = ("to_confirm", "to_contact", "contact_late", "held", "overdue")
MANAGER_TILES = ("to_confirm", "held", "overdue", "with_warehouse")
STATEMENT_TILES = ("to_approve", "overdue")


@dataclass(frozen=True, slots=True)
class Page:
    """One role's page. counts: what its tiles show, asked together with what the sidebar shows."""

    make: Callable[[Actor], Home]
    counts: tuple[str, ...] = ()


def home_for(name: str, by: Actor) -> Home:
    """The home page of a role, as `apps.org.permissions` names it."""
    found = PAGES.get(name, Page(_plain))
    counts_of([*found.counts, *badges_of(by), "my.notices", FIRST_COUNT], by)
    return replace(found.make(by), steps=first_steps(by))


def _service(by: Actor) -> Home:
    return Home(
        tiles=work_tiles(by, *SERVICE_TILES),
        wide=[contacts(by)],
        narrow=[overdue(by), *batches(by)],
    )


def _manager(by: Actor) -> Home:
    return Home(
        tiles=[
            decisions_tile(by),
            *work_tiles(by, *MANAGER_TILES),
            *score_tiles(by),
            *statement_tiles(by, *STATEMENT_TILES),
        ],
        figures=figures_of(by),
        stores=read.store_work(by),
        wide=statement_feeds(by),
        narrow=[decisions(by), *gate_feeds(by), overdue(by), *batches(by)],
    )


def _it(by: Actor) -> Home:
    users = read.user_figures()
    open_users = f"{reverse('admin:org_user_changelist')}?is_active__exact=1"
    failed = counts_of(["jobs.failed"], by)["jobs.failed"]
    return Home(
        tiles=[
            tile(_("failed jobs"), failed, "red", icon="triangle-alert", url=reverse("desk:jobs_failed")),
            tile(_("open users"), users["open"], "blue", icon="users", url=open_users),
            tile(
                _("users who must choose a password"),
                users["waiting"],
                "amber",
                icon="key-round",
                url=f"{open_users}&must_change_password__exact=1",
            ),
            tile(_("users without a role"), users["roleless"], "amber", icon="user-x", url=f"{open_users}&role=none"),
        ],
        wide=[failed_jobs()],
        narrow=batches(by),
    )


def _plain(by: Actor) -> Home:
    return Home(hint=_("You have no role yet. Ask the system administrator which one you need."))


PAGES = {
    "service": Page(_service, tuple(f"orders.{name}" for name in SERVICE_TILES)),
    "manager": Page(
        _manager,
        (
            "my.waiting",
            *(f"orders.{name}" for name in MANAGER_TILES),
            *(f"statements.{name}" for name in STATEMENT_TILES),
        ),
    ),
    "warehouse": Page(warehouse_home, ("orders.overdue",)),
    "planner": Page(planner_home, PLANNER_COUNTS),
    "finance": Page(finance_home, FINANCE_COUNTS),
    "hr": Page(people_home),
    "it": Page(_it, ("jobs.failed",)),
}
