"""The daily pick list that comes by itself when a warehouse's clock passes the cut-off."""

import datetime as dt
import logging

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import ngettext_lazy

from apps.core.calendar import business_day, is_working_day
from apps.core.days import company_calendar
from apps.core.errors import DomainError
from apps.core.speech import filled
from apps.documents.actions.issue_once import issue_once
from apps.documents.models import Document
from apps.notices.actions import tell
from apps.notices.models import Notice
from apps.org.actors import SYSTEM
from apps.org.models import Warehouse
from apps.org.queries import people_by_warehouse
from apps.parameters.queries import value_of
from apps.warehouse import documents
from apps.warehouse.parameters import LIST_AT_CUTOFF
from apps.warehouse.queries.cutoffs import cutoffs_of
from apps.warehouse.rules.cutoffs import cutoff_instant

logger = logging.getLogger("opsdesk.daily_lists")
# Who plans the waves of a warehouse hears of its list.
PLANS = "warehouse.plan_wave"


def issue_due_daily_lists() -> int:
    """Issue today's list of every warehouse whose cut-off has passed and whose leads were not told yet; ring for them.

    Comes by each minute: once per warehouse and day, and not for a day without orders or on which nothing goes out. The
    parameter `warehouse.list_at_cutoff` turns it off. A warehouse whose list fails keeps no other from its own; what went
    wrong first is raised when all had their turn. Returns how many lists. Rules: WHS-01, WHS-03, WHS-17.
    """
    now = timezone.now()
    day = business_day(now)
    if not value_of(LIST_AT_CUTOFF, on=day):
        return 0
    count, failures = 0, []
    for pk in Warehouse.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True):
        try:
            count += _issued(pk, day, now)
        except (DomainError, DatabaseError) as failure:
            logger.exception("the daily list of warehouse %s failed", pk)
            failures.append(failure)
    if failures:
        raise failures[0]
    return count


@transaction.atomic
def _issued(warehouse_id: int, day: dt.date, now: dt.datetime) -> bool:
    cutoffs = cutoffs_of(warehouse_id, day)
    since = cutoff_instant(day, cutoffs)
    if now < since or (cutoffs.rests and not is_working_day(day, company_calendar())):
        return False
    # Two beats at once: the second waits here and then sees that the first one rang.
    warehouse = Warehouse.objects.select_for_update(no_key=True).get(pk=warehouse_id)
    leads, key = people_by_warehouse(PLANS, [warehouse_id])[warehouse_id], f"daily-list:{warehouse_id}:{day}"
    if _is_settled(warehouse, day, since, leads, key):
        return False
    context = documents.daily_pick_list(warehouse, day)
    if not context["orders"]:
        return False
    paper = issue_once(
        documents.DAILY_PICK_LIST, context=context, day=day, by=SYSTEM, warehouse_id=warehouse_id, subject=warehouse
    )
    sentence = _said(paper.number, warehouse, context["orders"])
    tell(leads, key=key, sentence=sentence, url=f"/desk/papers/{paper.pk}/")
    return True


def _said(number: str, warehouse: Warehouse, orders: int) -> Promise:
    sentence = ngettext_lazy(
        "The daily pick list %(number)s of %(warehouse)s is there: %(count)s order goes out today.",
        "The daily pick list %(number)s of %(warehouse)s is there: %(count)s orders go out today.",
        orders,
    )
    return filled(sentence, number=number, warehouse=warehouse.name, count=orders)


def _is_settled(warehouse: Warehouse, day: dt.date, since: dt.datetime, leads: set[int], key: str) -> bool:
    """Whether its leads were told today; where there are none, whether there is a list of after the cut-off."""
    if leads:
        return Notice.objects.filter(user__in=leads, key=key).exists()
    papers = Document.objects.about(warehouse).filter(kind=documents.DAILY_PICK_LIST, day=day)
    return papers.filter(issued_at__gte=since).exists()
