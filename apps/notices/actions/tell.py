"""Tell people something, once per key."""

from collections.abc import Iterable

from django.db.models.functions import Now
from django.utils.functional import Promise

from apps.core.speech import in_every_language
from apps.notices.models import Notice


def tell(
    user_ids: Iterable[int], *, key: str, sentence: str | Promise, url: str = "", tone: str = Notice.Tone.PLAIN
) -> None:
    """Ring the bell of these users. The same key for the same user rings once, however often it is told."""
    text = in_every_language(sentence)
    Notice.objects.bulk_create(
        [Notice(user_id=user_id, key=key, text=text, url=url, tone=tone) for user_id in sorted(set(user_ids))],
        ignore_conflicts=True,
    )


def read_notices(user_id: int, *, notice_id: int | None = None) -> int:
    """Mark one notice, or all of a user's, as read. Returns how many were unread."""
    unread = Notice.objects.filter(user_id=user_id, read_at__isnull=True)
    if notice_id is not None:
        unread = unread.filter(pk=notice_id)
    return unread.update(read_at=Now())
