"""Reminders of the order floor: buyers who should have been contacted (ORD-02)."""

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.calendar import SHANGHAI
from apps.core.speech import filled
from apps.notices.actions import tell
from apps.notices.models import Notice
from apps.orders.queries.due import contacts_overdue
from apps.org.models import StoreGrant

DESK = "/desk/orders/?view=contact_late"
SENTENCE = _("%(count)s buyers of %(store)s were not contacted in time.")


def remind_of_contacts() -> int:
    """Ring for the clerks of every store with overdue contacts, at most once an hour and store. Returns the stores."""
    late = contacts_overdue().order_by().values_list("store_id", "store__name").annotate(n=Count("pk"))
    counts = {(store_id, name): n for store_id, name, n in late}
    hour = timezone.now().astimezone(SHANGHAI).strftime("%Y%m%d%H")
    clerks = StoreGrant.objects.filter(
        Q(user__groups__permissions__codename="contact_buyer"),
        user__is_active=True,
        store_id__in={s for s, _n in counts},
    ).values_list("store_id", "user_id")
    grants = list(clerks)
    for (store_id, name), count in counts.items():
        users = {user for store, user in grants if store == store_id}
        sentence = filled(SENTENCE, count=count, store=name)
        tell(users, key=f"contact:{store_id}:{hour}", sentence=sentence, url=DESK, tone=Notice.Tone.BAD)
    return len(counts)
