"""Reminders of decisions that wait: one bell a day and person, however many requests there are."""

import datetime as dt
from collections import Counter, defaultdict

from django.db.models import Prefetch
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import ngettext_lazy

from apps.approvals.actions.news import INBOX, barred_of
from apps.approvals.models import ApprovalRequest, Voice
from apps.approvals.parameters import REMIND_AFTER_HOURS
from apps.approvals.queries.people import Staff
from apps.core.calendar import today
from apps.core.speech import filled
from apps.notices.actions import tell
from apps.notices.models import Notice
from apps.parameters.queries import value_of


def remind_deciders() -> int:
    """Ring for everybody whose decision is overdue. Returns how many requests are."""
    late = timezone.now() - dt.timedelta(hours=value_of(REMIND_AFTER_HOURS))
    undecided = Prefetch("voices", Voice.objects.filter(decision__isnull=True), to_attr="undecided")
    requests = list(
        ApprovalRequest.objects.open()
        .annotate(since=Greatest("step_opened_at", "reminded_at"))
        .filter(since__lte=late)
        .prefetch_related(undecided)
        .order_by("pk")
    )
    if requests:
        _ring(requests)
        ApprovalRequest.objects.filter(pk__in=[r.pk for r in requests]).update(reminded_at=timezone.now())
    return len(requests)


def _ring(requests: list[ApprovalRequest]) -> None:
    staff, waiting = Staff(), Counter[int]()
    for request in requests:
        open_voices: list[Voice] = request.undecided  # type: ignore[attr-defined]  # prefetched
        mine = [voice for voice in open_voices if voice.position == request.position]
        barred = barred_of(request)
        waiting.update(set().union(*(staff.who_may(voice, request.store_ids, barred) for voice in mine)))
    users = defaultdict(set)
    for user, count in waiting.items():
        users[count].add(user)
    for count, ids in users.items():
        key = f"approvals.remind:{today().isoformat()}"
        tell(ids, key=key, sentence=_said(count), url=INBOX, tone=Notice.Tone.BAD)


def _said(count: int) -> Promise:
    sentence = ngettext_lazy(
        "%(count)s request has waited too long for your decision.",
        "%(count)s requests have waited too long for your decision.",
        count,
    )
    return filled(sentence, count=count)
