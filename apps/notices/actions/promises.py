"""Every night: check what must be true of the whole database, and ring for the system administrators when it is not."""

import logging

from django.db import DatabaseError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.calendar import today
from apps.core.invariants import Broken, Invariant, checked, declared
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
UNSEEN = _(
    "The nightly check could not look at %(count)s promises about the data; the first is %(first)s. "
    "Run “manage.py check_invariants” to see why."
)


def check_promises() -> list[Broken]:
    """Check every declared invariant, write down those that do not hold, and ring once a day. Returns them.

    One that cannot be looked at, say for its time limit, keeps no other from its turn; the same people hear of it.
    """
    found, unseen = [], []
    for invariant in declared():
        try:
            item = _looked_at(invariant)
        except DatabaseError:
            logger.exception("%s could not be looked at", invariant.id)
            unseen.append(invariant.id)
            continue
        if item is not None:
            logger.error("%s does not hold: %s rows, e.g. %s", item.invariant.id, item.count, item.first)
            found.append(item)
    _ring("promises", SENTENCE, [item.invariant.id for item in found])
    _ring("promises-unseen", UNSEEN, unseen)
    return found


@transaction.atomic
def _looked_at(invariant: Invariant) -> Broken | None:
    take_time()
    return checked(invariant)


def _ring(key: str, sentence: str | Promise, ids: list[str]) -> None:
    if ids:
        said = filled(sentence, count=len(ids), first=ids[0])
        tell(people_with("jobs.view_all_jobs"), key=f"{key}:{today()}", sentence=said, tone=Notice.Tone.BAD)
