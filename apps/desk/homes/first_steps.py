"""What a company that has just begun does next, in order, until its first order is in."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.desk.queries.counts import counts_of
from apps.org.actors import Actor
from apps.org.permissions import ROLES


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. url: empty for who may not do it. roles: who may, told to who may not."""

    title: str | Promise
    note: str | Promise
    is_done: bool
    url: str = ""
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Begun:
    """A step that is under way: which rows show it, what is still to be done, and where."""

    counted: str
    note: str | Promise
    page: str
    query: str = ""


@dataclass(frozen=True, slots=True)
class _Plan:
    counted: str
    enough: int
    right: str
    title: str | Promise
    note: str | Promise
    page: str
    query: str = ""
    begun: _Begun | None = None


_PLANS = (
    _Plan(
        "company.users", 2, "org.add_user",
        _("Open users for your colleagues"), _("Each gets a role, and the stores and warehouses to work for."),
        "admin:org_user_add",
    ),
    _Plan(
        "company.skus", 1, "sheets.import_skus",
        _("Bring in your SKUs"), _("A sheet with codes, barcodes, weights and costs; the template is there."),
        "desk:sheets", "?kind=skus",
    ),
    _Plan(
        "company.bins", 1, "sheets.import_bins",
        _("Bring in the bins of your warehouse"), _("Zone by zone, in the order in which pickers walk."),
        "desk:sheets", "?kind=bins",
    ),
    _Plan(
        "company.stock", 1, "sheets.import_opening_stock",
        _("Count the opening stock"), _("One sheet per warehouse becomes a signed opening document."),
        "desk:sheets", "?kind=opening_stock",
        _Begun(
            "company.stock_drafts", _("The opening document is drafted; nothing is in stock before somebody posts it."),
            "admin:warehouse_stockdocument_changelist", "?kind__exact=opening&state__exact=draft",
        ),
    ),
    _Plan(
        "company.orders", 1, "orders.add_importbatch",
        _("Upload the first order file"), _("Nothing changes before you have seen what would happen."),
        "desk:imports",
    ),
)  # fmt: skip
FIRST_COUNT = "company.orders"


def first_steps(by: Actor) -> list[Step]:
    """The way to the first order, for who may do any of it; nothing once an order is in. At most one statement more."""
    if not any(by.may(plan.right) for plan in _PLANS) or counts_of([FIRST_COUNT], by)[FIRST_COUNT]:
        return []
    counts = counts_of([each.counted for plan in _PLANS for each in (plan, plan.begun) if each], by)
    return [_step(plan, counts, by) for plan in _PLANS]


def _step(plan: _Plan, counts: Mapping[str, int], by: Actor) -> Step:
    is_done = counts[plan.counted] >= plan.enough
    now = plan.begun if plan.begun and counts[plan.begun.counted] and not is_done else plan
    url = reverse(now.page) + now.query if by.may(plan.right) and not is_done else ""
    roles = () if is_done or url else tuple(str(role.label) for role in ROLES.values() if plan.right in role.rights)
    return Step(plan.title, now.note, is_done, url, roles)
