"""Reminders of the contracts floor: last month is checked and invoiced before the 5th; money that came too late."""

from django.utils.translation import gettext_lazy as _

from apps.contracts.queries.late import late_by_contract
from apps.contracts.queries.settling import contracts_without_statement, statements_to_invoice
from apps.contracts.rules.months import month_after, month_of
from apps.core.calendar import today
from apps.core.speech import filled
from apps.notices.actions import tell
from apps.notices.models import Notice
from apps.org.queries import people_with

LAST_DAY = 4
DESK = "/desk/statements/?tab=to_invoice"
SENTENCE = _("%(month)s is to be checked and invoiced before the 5th. Still open, with earlier months: %(count)s.")
LATE = _(
    "Contract %(contract)s has ended; receipts came after its last statement and stand in none: %(count)s, together "
    "¥%(amount)s."
)


def remind_of_invoices() -> int:
    """From the 1st to the 4th, ring once a day for those who keep statements. Returns how many months of contracts wait."""
    day = today()
    if day.day > LAST_DAY:
        return 0
    month = month_after(month_of(day), -1)
    count = contracts_without_statement(month).count() + statements_to_invoice(month).count()
    if count:
        sentence = filled(SENTENCE, month=f"{month:%Y-%m}", count=count)
        tone = Notice.Tone.BAD if day.day == LAST_DAY else Notice.Tone.PLAIN
        key = f"contracts.invoices:{day.isoformat()}"
        tell(_keepers(), key=key, sentence=sentence, url=DESK, tone=tone)
    return count


def remind_of_late_receipts() -> int:
    """Ring once for each ended contract and each latest receipt that came after its last statement. Returns how many.

    Nothing settles them by itself: the parties agree, and an approved last statement can be revised (CON-33).
    """
    late = late_by_contract()
    users = _keepers() if late else set()
    for each in late:
        sentence = filled(LATE, contract=each.number, count=each.count, amount=f"{each.amount:,.2f}")
        key, url = f"contracts.late:{each.contract_id}:{each.latest}", f"/desk/contracts/{each.contract_id}/"
        tell(users, key=key, sentence=sentence, url=url, tone=Notice.Tone.BAD)
    return len(late)


def _keepers() -> set[int]:
    """Active people who draft statements and see every store."""
    return people_with("contracts.draft_statement") & people_with("org.see_all_stores")
