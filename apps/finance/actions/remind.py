"""Reminders of the finance floor: differences that nobody has explained yet (FIN-21)."""

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import ngettext_lazy

from apps.core.calendar import today
from apps.core.speech import filled
from apps.finance.models import BillLine
from apps.finance.workflows.bill_line import LineState
from apps.notices.actions import tell
from apps.notices.models import Notice
from apps.org.queries import people_by_store

DESK = "/desk/bill-lines/?state=unmatched&store={store}"


def remind_of_differences() -> int:
    """Ring once a day and store for those who match lines, until each difference has a cause. Returns the stores."""
    open_lines = BillLine.objects.filter(state=LineState.UNMATCHED).order_by()
    counts = {(pk, name): n for pk, name, n in open_lines.values_list("store_id", "store__name").annotate(Count("pk"))}
    accountants = people_by_store("finance.match_line", [store for store, _name in counts])
    day = today().isoformat()
    for (store, name), count in counts.items():
        key = f"differences:{store}:{day}"
        url = DESK.format(store=store)
        tell(accountants[store], key=key, sentence=_said(name, count), url=url, tone=Notice.Tone.BAD)
    return len(counts)


def _said(store: str, count: int) -> Promise:
    sentence = ngettext_lazy(
        "%(count)s line of the bills of %(store)s has neither an order nor a cause yet.",
        "%(count)s lines of the bills of %(store)s have neither an order nor a cause yet.",
        count,
    )
    return filled(sentence, count=count, store=store)
