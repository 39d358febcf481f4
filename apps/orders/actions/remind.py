"""Reminders of the order floor: buyers who should have been contacted (ORD-02)."""

from django.db.models import Count
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import ngettext_lazy

from apps.core.calendar import SHANGHAI
from apps.core.speech import filled
from apps.notices.actions import tell
from apps.notices.models import Notice
from apps.orders.queries.due import contacts_overdue
from apps.org.queries import people_by_store

DESK = "/desk/orders/?tab=contact_late&store={store}"


def remind_of_contacts() -> int:
    """Ring for the clerks of every store with overdue contacts, at most once an hour and store. Returns the stores."""
    late = contacts_overdue().order_by().values_list("store_id", "store__name").annotate(n=Count("pk"))
    counts = {(store_id, name): n for store_id, name, n in late}
    clerks = people_by_store("orders.contact_buyer", [store for store, _name in counts])
    hour = timezone.now().astimezone(SHANGHAI).strftime("%Y%m%d%H")
    for (store, name), count in counts.items():
        url = DESK.format(store=store)
        tell(clerks[store], key=f"contact:{store}:{hour}", sentence=_said(name, count), url=url, tone=Notice.Tone.BAD)
    return len(counts)


def _said(store: str, count: int) -> Promise:
    sentence = ngettext_lazy(
        "%(count)s buyer of %(store)s was not contacted in time.",
        "%(count)s buyers of %(store)s were not contacted in time.",
        count,
    )
    return filled(sentence, count=count, store=store)
