"""The home pages: what each role sees first, put together from tiles, figures and short lists."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.desk.marks import badge, money, number, platform_mark, safe, short, tone_of
from apps.desk.queries import home as read
from apps.desk.queries.counts import bounded_counts, counts_of
from apps.desk.queries.jobs import label_of
from apps.desk.rules.clocks import TimeLeft, age, time_left
from apps.desk.sparkline import sparkline
from apps.jobs.models import Job
from apps.orders.models import ImportBatch, ShippingOrder
from apps.org.actors import Actor
from apps.org.models import Absence


@dataclass(frozen=True, slots=True)
class Tile:
    """A number to act on, with the list behind it."""

    label: str
    count: str
    icon: str
    tone: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A sum of the last fourteen days and how it went."""

    label: str
    value: str
    drawing: SafeString


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a short list."""

    title: str
    note: str
    url: str = ""
    mark: str = ""
    badge: str = ""
    left: TimeLeft | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A short list with a way to the long one."""

    title: str
    rows: list[Row]
    nothing: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    """One home page. stores: open work per store."""

    tiles: list[Tile] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    wide: list[Feed] = field(default_factory=list)
    narrow: list[Feed] = field(default_factory=list)
    stores: list[read.StoreWork] = field(default_factory=list)
    hint: str | Promise = ""


def home_for(name: str, by: Actor) -> Home:
    """The home page of a role, as `apps.org.permissions` names it."""
    return PAGES.get(name, _plain)(by)


def _service(by: Actor) -> Home:
    counts = counts_of(
        ["orders.to_contact", "orders.contact_late", "orders.to_confirm", "orders.held", "orders.overdue"], by
    )
    return Home(
        tiles=[
            _tile(
                _("to confirm"), counts["orders.to_confirm"], "amber", icon="clipboard-check", url=_orders("to_confirm")
            ),
            _tile(
                _("buyers to contact in time"),
                counts["orders.to_contact"],
                "blue",
                icon="phone",
                url=_orders("to_confirm"),
            ),
            _tile(
                _("contacts later than 10 minutes"),
                counts["orders.contact_late"],
                "red",
                icon="timer",
                url=_orders("to_confirm"),
            ),
            _tile(_("held and exceptions"), counts["orders.held"], "amber", icon="octagon-pause", url=_orders("held")),
            _tile(
                _("past their ship-by time"),
                counts["orders.overdue"],
                "red",
                icon="alarm-clock",
                url=_orders("overdue"),
            ),
        ],
        wide=[_contacts(by)],
        narrow=[_overdue(by), *_batches(by)],
    )


def _manager(by: Actor) -> Home:
    counts = counts_of(["orders.to_confirm", "orders.held", "orders.overdue", "orders.with_warehouse"], by)
    return Home(
        tiles=[
            _tile(
                _("to confirm"), counts["orders.to_confirm"], "amber", icon="clipboard-check", url=_orders("to_confirm")
            ),
            _tile(_("held and exceptions"), counts["orders.held"], "amber", icon="octagon-pause", url=_orders("held")),
            _tile(
                _("past their ship-by time"),
                counts["orders.overdue"],
                "red",
                icon="alarm-clock",
                url=_orders("overdue"),
            ),
            _tile(
                _("with the warehouse"),
                counts["orders.with_warehouse"],
                "blue",
                icon="warehouse",
                url=_orders("confirmed"),
            ),
        ],
        figures=_figures(by),
        stores=read.store_work(by),
        narrow=[_overdue(by), *_batches(by)],
    )


def _warehouse(by: Actor) -> Home:
    counts = counts_of(["orders.with_warehouse", "orders.overdue", "orders.held"], by)
    waiting = read.next_orders("with_warehouse", by, by_clock="ship_by_at", limit=14)
    return Home(
        tiles=[
            _tile(
                _("confirmed and waiting"),
                counts["orders.with_warehouse"],
                "blue",
                icon="package",
                url=_orders("confirmed"),
            ),
            _tile(
                _("past their ship-by time"),
                counts["orders.overdue"],
                "red",
                icon="alarm-clock",
                url=_orders("overdue"),
            ),
            _tile(_("held and exceptions"), counts["orders.held"], "amber", icon="octagon-pause", url=_orders("held")),
        ],
        wide=[
            Feed(
                _("Ship next"),
                _ship_rows(waiting),
                _("Nothing is confirmed and waiting to ship."),
                _orders("confirmed"),
            )
        ],
    )


def _planner(by: Actor) -> Home:
    bare = bounded_counts({"bare": read.listings_without_sku(by)})["bare"]
    return Home(
        tiles=[_tile(_("listings without a SKU"), bare, "amber", icon="tag")],
        figures=_figures(by),
        stores=read.store_work(by),
        narrow=_batches(by),
    )


def _finance(by: Actor) -> Home:
    return Home(figures=_figures(by), stores=read.store_work(by), narrow=_batches(by))


def _hr(by: Actor) -> Home:
    absences = [_absence_row(each) for each in read.absent_today()]
    return Home(wide=[Feed(_("Away today"), absences, _("Nobody is away today."))])


def _it(by: Actor) -> Home:
    users = read.user_figures()
    failed = counts_of(["jobs.failed"], by)["jobs.failed"]
    return Home(
        tiles=[
            _tile(_("failed jobs"), failed, "red", icon="triangle-alert", url=reverse("desk:jobs_failed")),
            _tile(_("open users"), users["open"], "blue", icon="users"),
            _tile(_("users who must choose a password"), users["waiting"], "amber", icon="key-round"),
            _tile(_("users without a role"), users["roleless"], "amber", icon="user-x"),
        ],
        wide=[_failed()],
        narrow=_batches(by),
    )


def _plain(by: Actor) -> Home:
    return Home(hint=_("You have no role yet. Ask the system administrator which one you need."))


PAGES: dict[str, Callable[[Actor], Home]] = {
    "service": _service,
    "manager": _manager,
    "warehouse": _warehouse,
    "planner": _planner,
    "finance": _finance,
    "hr": _hr,
    "it": _it,
}


def _tile(label: str, count: int, tone: str, *, icon: str, url: str = "") -> Tile:
    return Tile(label, short(count) or "0", icon, tone if count else "", url)


def _orders(tab: str) -> str:
    return f"{reverse('desk:orders')}?tab={tab}"


def _figures(by: Actor) -> list[Figure]:
    days = read.last_days(by)
    orders, paid = [day.orders for day in days], [day.paid for day in days]
    return [
        Figure(_("Orders, last 14 days"), number(sum(orders)), _drawing(_("Orders per day"), orders)),
        Figure(_("Paid, last 14 days"), money(sum(paid, Decimal(0))), _drawing(_("Paid per day"), paid)),
    ]


def _drawing(label: str, values: Sequence[int | Decimal]) -> SafeString:
    return safe(sparkline([int(value) for value in values], label))


def _contacts(by: Actor) -> Feed:
    now = timezone.now()
    rows = [
        Row(
            title=order.lead_order.number,
            note=_note(order),
            url=reverse("desk:order", args=[order.pk]),
            mark=platform_mark(order.store.platform),
            left=time_left(order.contact_by_at, now),
        )
        for order in read.next_orders("to_contact", by, by_clock="contact_by_at")
        if order.contact_by_at
    ]
    return Feed(_("Contact next"), rows, _("Every buyer was contacted."), _orders("to_confirm"))


def _overdue(by: Actor) -> Feed:
    rows = _ship_rows(read.next_orders("overdue", by, by_clock="ship_by_at", limit=6))
    return Feed(_("Past their ship-by time"), rows, _("No order is late."), _orders("overdue"))


def _ship_rows(orders: "QuerySet[ShippingOrder]") -> list[Row]:
    now = timezone.now()
    return [
        Row(
            title=order.lead_order.number,
            note=_note(order),
            url=reverse("desk:order", args=[order.pk]),
            mark=platform_mark(order.store.platform),
            left=time_left(order.ship_by_at, now),
        )
        for order in orders
        if order.ship_by_at
    ]


def _note(order: ShippingOrder) -> str:
    return " · ".join(part for part in (order.store.name, order.lead_order.buyer_masked, order.lead_order.city) if part)


def _batches(by: Actor) -> list[Feed]:
    """The last imports, for those who may see imports."""
    if not by.may("orders.view_importbatch"):
        return []
    rows = [_batch_row(batch) for batch in read.latest_batches(by)]
    return [Feed(_("Latest imports"), rows, _("No file has been uploaded yet."), reverse("desk:imports"))]


def _batch_row(batch: ImportBatch) -> Row:
    who = batch.received_by.name if batch.received_by else ""
    return Row(
        title=batch.store.name,
        note=" · ".join(part for part in (age(batch.received_at, timezone.now()), who) if part),
        url=reverse("desk:import_batch", args=[batch.pk]),
        mark=platform_mark(batch.store.platform),
        badge=badge(tone_of("orders.importbatch", batch.state), batch.get_state_display()),
    )


def _failed() -> Feed:
    rows = [_job_row(job) for job in read.failed_jobs()]
    return Feed(_("Failed jobs"), rows, _("No job has failed."), reverse("desk:jobs_failed"))


def _job_row(job: Job) -> Row:
    who = job.requested_by.name if job.requested_by else "opsdesk"
    return Row(
        title=str(label_of(job)),
        note=f"{age(job.created_at, timezone.now())} · {who}",
        url=reverse("desk:job", args=[job.pk]),
        badge=badge(tone_of("jobs.job", job.state), job.get_state_display()),
    )


def _absence_row(absence: Absence) -> Row:
    instead = _("%(name)s stands in") % {"name": absence.stand_in.name} if absence.stand_in else _("nobody stands in")
    return Row(title=absence.employee.name, note=instead)
