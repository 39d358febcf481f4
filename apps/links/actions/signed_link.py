"""Issue, follow and revoke a signed link."""

import datetime as dt
import secrets
from hashlib import sha256

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.errors import NotFound
from apps.links.models import SignedLink
from apps.org.actors import Actor


def _hashed(token: str) -> bytes:
    return sha256(token.encode()).digest()


@transaction.atomic
def issue_link(*, purpose: str, subject: str, valid_for: dt.timedelta, by: Actor) -> str:
    """Make a door to one document for one purpose and give its token, which is shown once and never stored."""
    token = secrets.token_urlsafe(32)
    SignedLink.objects.create(
        token_hash=_hashed(token),
        purpose=purpose,
        subject=subject,
        issued_by_id=by.id,
        expires_at=timezone.now() + valid_for,
    )
    return token


@transaction.atomic
def follow_link(token: str, *, purpose: str) -> str:
    """The document behind a token. Unknown, expired, revoked and wrong-purpose tokens look the same: NotFound."""
    open_now = Q(revoked_at__isnull=True, expires_at__gt=timezone.now())
    link = SignedLink.objects.filter(open_now, token_hash=_hashed(token), purpose=purpose).first()
    if link is None:
        raise NotFound(_("This link is not valid, or no longer."))
    SignedLink.objects.filter(pk=link.pk).update(followed_at=Now())
    return link.subject


@transaction.atomic
def revoke_links(*, purpose: str, subject: str) -> int:
    """Close every open door to a document. Returns how many were open."""
    return SignedLink.objects.filter(purpose=purpose, subject=subject, revoked_at__isnull=True).update(revoked_at=Now())
