"""The accountant's first page: last month's bills, what has no order, statements due, refunds to pay (FIN-21)."""

import datetime as dt

from django.db.models import Sum, Window
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.aftersales.models import Refund
from apps.core.calendar import ONE_DAY, today
from apps.desk.homes.feeds import figures_of, tile
from apps.desk.homes.parts import Feed, Home, Row, Tile
from apps.desk.homes.settling import statement_feeds, statement_tiles
from apps.desk.marks import badge, money, number, platform_mark
from apps.desk.queries.bills import StoreMonth, store_months
from apps.desk.queries.counts import counts_of
from apps.desk.queries.return_work import refunds_under
from apps.org.actors import Actor

REFUNDS_SHOWN = 6
BILL_COUNTS = ("bill_lines.unmatched", "bill_lines.disputed", "bills.to_import", "refunds.to_pay")
STATEMENT_TILES = ("to_work_on", "to_pay", "overdue")
FINANCE_COUNTS = (*BILL_COUNTS, *(f"statements.{name}" for name in STATEMENT_TILES))


def finance_home(by: Actor) -> Home:
    """What an accountant sees first."""
    month = last_month()
    months = store_months(month, by)
    return Home(
        tiles=[*_tiles(months, by), *statement_tiles(by, *STATEMENT_TILES)],
        figures=figures_of(by),
        wide=[_bills(months, month)],
        narrow=[*statement_feeds(by, "to_pay"), _refunds(by)],
    )


def last_month() -> dt.date:
    """The first day of the month whose bills are due."""
    return (today().replace(day=1) - ONE_DAY).replace(day=1)


def _tiles(months: list[StoreMonth], by: Actor) -> list[Tile]:
    counts = counts_of(BILL_COUNTS, by)
    missing = sum(each.is_missing for each in months)
    bills, lines = reverse("desk:bills"), reverse("desk:bill_lines")
    return [
        tile(_("bills of last month missing"), missing, "red", icon="file-up", url=bills),
        tile(_("bills to import"), counts["bills.to_import"], "amber", icon="database", url=bills),
        tile(_("lines without an order"), counts["bill_lines.unmatched"], "red", icon="check-check", url=lines),
        tile(
            _("disputed lines"), counts["bill_lines.disputed"], "amber", icon="octagon-x", url=f"{lines}?tab=disputed"
        ),
        tile(
            _("refunds to pay"), counts["refunds.to_pay"], "blue", icon="banknote",
            url=f"{reverse('desk:refunds')}?tab=to_pay",
        ),
    ]  # fmt: skip


def _bills(months: list[StoreMonth], month: dt.date) -> Feed:
    title = _("Bills of %(month)s") % {"month": f"{month:%Y-%m}"}
    nothing = _("No store is paid through Alipay.")
    return Feed(title, [_month_row(each) for each in months], nothing, reverse("desk:bills"))


def _month_row(each: StoreMonth) -> Row:
    lines = f"{reverse('desk:bill_lines')}?store={each.store.pk}"
    return Row(
        title=each.store.name,
        note=_month_note(each),
        url=reverse("desk:bills") if each.is_missing else lines,
        mark=platform_mark(each.store.platform),
        badge=_month_badge(each),
    )


def _month_note(each: StoreMonth) -> str:
    if each.is_missing:
        return _("no bill yet")
    days = _("%(days)s of %(all)s days") % {"days": number(each.days), "all": number(each.days_in_month)}
    equation = each.equation
    if not equation or not equation.unmatched_count:
        return days
    said = ngettext("%(n)s line over %(amount)s open", "%(n)s lines over %(amount)s open", equation.unmatched_count)
    return f"{days} · {said % {'n': number(equation.unmatched_count), 'amount': money(equation.unmatched)}}"


def _month_badge(each: StoreMonth) -> str:
    if each.is_missing:
        return badge("red", _("Missing"))
    if each.equation and each.equation.unmatched_count:
        return badge("amber", _("Differences open"))
    if each.days < each.days_in_month:
        return badge("blue", _("Days missing"))
    return badge("green", _("Reconciled"))


def _refunds(by: Actor) -> Feed:
    to_pay = refunds_under("to_pay", by).annotate(total=Window(Sum("amount")))
    found = list(to_pay.select_related("order__store").order_by("pk")[:REFUNDS_SHOWN])
    rows, total = [_refund_row(row) for row in found], found[0].total if found else None
    title = _("Refunds to pay: %(amount)s") % {"amount": money(total)} if total else _("Refunds to pay")
    return Feed(title, rows, _("No refund waits to be paid."), f"{reverse('desk:refunds')}?tab=to_pay")


def _refund_row(row: Refund) -> Row:
    return Row(
        title=money(row.amount),
        note=f"{row.order.store.name} · {row.order.number}",
        url=reverse("desk:refund", args=[row.pk]),
        mark=platform_mark(row.order.store.platform),
    )
