"""Idempotency keys: a write that is sent twice happens once and is answered twice, the same way."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.errors import DomainError
from apps.core.locks import one_at_a_time
from apps.orders.models import IdempotencyKey

KEPT = dt.timedelta(days=7)
PURPOSE = "orders.idempotency"
# As long as the slowest write may take; the second of a pair waits that long for the first, longer than for a row.
PATIENCE = "20s"


class KeyMismatch(DomainError):
    """The key came before, with another request."""

    code = "idempotency_mismatch"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was or is answered: HTTP status and body text. is_repeat: the effect happened at an earlier request."""

    status: int
    body: str
    is_repeat: bool = False


@transaction.atomic
def answer_once(token_id: int, key: str, request_hash: bytes, work: Callable[[], Answer]) -> Answer:
    """Do the work and keep its answer with it, in one transaction; or give the answer that was kept.

    Two requests with one key at the same time: the second waits for the first. What `work` raises is not kept, and its
    effect neither. Raises KeyMismatch when the key belongs to another request.
    """
    one_at_a_time(PURPOSE, token_id, key, patience=PATIENCE)
    known = IdempotencyKey.objects.filter(token_id=token_id, key=key).first()
    if known is not None:
        if bytes(known.request_hash) != request_hash:
            raise KeyMismatch(_("This idempotency key was used for another request; nothing was changed."))
        return Answer(known.status, known.answer, is_repeat=True)
    answer = work()
    IdempotencyKey.objects.create(
        token_id=token_id, key=key, request_hash=request_hash, status=answer.status, answer=answer.body
    )
    return answer


@transaction.atomic
def forget_old_keys() -> int:
    """Forget the answers older than seven days; such a key may be used anew. Returns how many."""
    deleted, _by_model = IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    return deleted
