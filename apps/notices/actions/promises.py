"""Every night: check what must be true of the whole database, and ring for the system administrators when it is not."""

import logging

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.calendar import today
from apps.core.invariants import Broken, broken
from apps.core.speech import filled
from apps.jobs.patience import take_time
from apps.notices.actions.tell import tell
from apps.notices.models import Notice
from apps.org.queries import people_with

logger = logging.getLogger("opsdesk.promises")
SENTENCE = _(
    "The nightly check found %(count)s promises about the data that do not hold; the first is %(first)s. "
    "Run “manage.py check_invariants” to see the rows."
)


def check_promises() -> list[Broken]:
    """Check every declared invariant, write down those that do not hold, and ring once a day. Returns them."""
    with transaction.atomic():
        take_time()
        found = broken()
    for item in found:
        logger.error("%s does not hold: %s rows, e.g. %s", item.invariant.id, item.count, item.first)
    if found:
        sentence = filled(SENTENCE, count=len(found), first=found[0].invariant.id)
        tell(people_with("jobs.view_all_jobs"), key=f"promises:{today()}", sentence=sentence, tone=Notice.Tone.BAD)
    return found
