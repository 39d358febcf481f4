"""The tiles, figures and short lists that first pages share."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.desk.homes.parts import Feed, Figure, Row, Tile
from apps.desk.marks import badge, money, number, platform_mark, safe, short, tone_of
from apps.desk.queries import home as read
from apps.desk.queries.counts import counts_of
from apps.desk.queries.jobs import label_of
from apps.desk.rules.clocks import age, time_left
from apps.desk.sparkline import sparkline
from apps.jobs.models import Job
from apps.orders.models import ImportBatch, ShippingOrder
from apps.org.actors import Actor
from apps.org.models import Absence


@dataclass(frozen=True, slots=True)
class WorkTile:
    """A part of the work as a tile. tab: of the order desk, where it is done."""

    label: str | Promise
    tone: str
    tab: str
    icon: str


WORK_TILES = {
    "to_confirm": WorkTile(gettext_lazy("to confirm"), "amber", "to_confirm", icon="clipboard-check"),
    "to_contact": WorkTile(gettext_lazy("buyers to contact"), "blue", "to_contact", icon="phone"),
    "contact_late": WorkTile(gettext_lazy("contacts later than 10 minutes"), "red", "contact_late", icon="timer"),
    "held": WorkTile(gettext_lazy("held and exceptions"), "amber", "held", icon="octagon-pause"),
    "overdue": WorkTile(gettext_lazy("past their ship-by time"), "red", "overdue", icon="alarm-clock"),
    "with_warehouse": WorkTile(gettext_lazy("confirmed and waiting"), "blue", "confirmed", icon="package"),
}


def work_tiles(by: Actor, *names: str) -> list[Tile]:
    """Tiles for parts of the work, counted in one statement."""
    counts = counts_of([f"orders.{name}" for name in names], by)
    chosen = ((WORK_TILES[name], counts[f"orders.{name}"]) for name in names)
    return [tile(str(kind.label), count, kind.tone, icon=kind.icon, url=orders_in(kind.tab)) for kind, count in chosen]


def tile(label: str, count: int, tone: str, *, icon: str, url: str = "") -> Tile:
    """A number to act on; without a tint while there is nothing to do."""
    return Tile(label, short(count) or "0", icon, tone if count else "", url)


def orders_in(tab: str) -> str:
    """Where a part of the order desk lies."""
    return f"{reverse('desk:orders')}?tab={tab}"


def figures_of(by: Actor) -> list[Figure]:
    """Orders and money of the last fourteen days."""
    days = read.last_days(by)
    orders, paid = [day.orders for day in days], [day.paid for day in days]
    return [
        Figure(_("Orders, last 14 days"), number(sum(orders)), _drawing(_("Orders per day"), orders)),
        Figure(_("Paid, last 14 days"), money(sum(paid, Decimal(0))), _drawing(_("Paid per day"), paid)),
    ]


def _drawing(label: str, values: Sequence[int | Decimal]) -> SafeString:
    return safe(sparkline([int(value) for value in values], label))


def contacts(by: Actor) -> Feed:
    """Whom to contact next, by the clock of ORD-02."""
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
    return Feed(_("Contact next"), rows, _("Every buyer was contacted."), orders_in("to_contact"))


def overdue(by: Actor) -> Feed:
    """Orders that should have left already."""
    rows = ship_rows(read.next_orders("overdue", by, by_clock="ship_by_at", limit=6))
    return Feed(_("Past their ship-by time"), rows, _("No order is late."), orders_in("overdue"))


def ship_rows(orders: "QuerySet[ShippingOrder]") -> list[Row]:
    """Orders with the time left to ship them."""
    now = timezone.now()
    return [
        Row(
            title=order.lead_order.number,
            note=_note(order),
            url=reverse("desk:order", args=[order.pk]),
            mark=platform_mark(order.store.platform),
            left=time_left(order.ship_by_at, now) if order.ship_by_at else None,
        )
        for order in orders
    ]


def _note(order: ShippingOrder) -> str:
    return " · ".join(part for part in (order.store.name, order.lead_order.buyer_masked, order.lead_order.city) if part)


def batches(by: Actor) -> list[Feed]:
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


def failed_jobs() -> Feed:
    """Jobs that ended badly."""
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


def absence_row(absence: Absence) -> Row:
    """Who is away, and who stands in."""
    instead = _("%(name)s stands in") % {"name": absence.stand_in.name} if absence.stand_in else _("nobody stands in")
    return Row(title=absence.employee.name, note=instead)
