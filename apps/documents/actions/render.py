"""Render: make the file from the frozen context alone. Running it again, twice at once or after a kill is harmless."""

import datetime as dt
import hashlib
import io
import logging

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from apps.audit.context import signed
from apps.documents.doorbell import ring
from apps.documents.kinds import kind_named
from apps.documents.models import Document
from apps.documents.paper import TooLong, count_parts, margins_of, parts_of
from apps.documents.render_server import TOO_LARGE, RenderFailed, RenderServer, render_server
from apps.documents.workflows.document import DocumentState
from apps.files.actions import keep_file
from apps.files.models import StoredFile
from apps.org.actors import SYSTEM
from apps.workflow.move import move

logger = logging.getLogger("opsdesk.documents")

HOLD_VERB = "documents.document.hold"
MOST_ATTEMPTS = 3
PAPERS_A_CALL = 10
# A printer that was killed frees its paper after the longest that its parts and their joining can take.
HELD_A_PART = dt.timedelta(seconds=30)
AGAIN_AFTER = dt.timedelta(seconds=15)


def render(pk: int) -> bool:
    """Print one paper, if it still waits and nobody else is at it. Returns whether its file was made now."""
    document = _held(pk)
    if document is None:
        return False
    try:
        pdf = printed(document, render_server())
    except (RenderFailed, TooLong) as failure:
        _put_back(document.pk, getattr(failure, "code", TOO_LARGE))
        return False
    return _finished(document.pk, pdf)


def render_waiting(first: int | None = None) -> int:
    """Print the named paper and then others that wait, at most ten; rings again if more are left. Returns how many."""
    done = int(render(first)) if first is not None else 0
    waiting = list(Document.objects.waiting().values_list("pk", flat=True)[: PAPERS_A_CALL + 1])
    done += sum(render(pk) for pk in waiting[:PAPERS_A_CALL])
    if len(waiting) > PAPERS_A_CALL:
        ring()
    return done


def printed(document: Document, server: RenderServer) -> bytes:
    """The paper as PDF: the same frozen context gives the same text. Raises RenderFailed, TooLong."""
    parts = [server.lay_out(html) for html in parts_of(document)]
    if len(parts) == 1:
        return parts[0].pdf
    return server.join(parts, margins_of(document, sum(part.pages for part in parts))).pdf


def _held(pk: int) -> Document | None:
    """The paper, held for this printer; None if it needs none, is held by another, or has failed too often."""
    with transaction.atomic(), signed(HOLD_VERB, by=SYSTEM):
        document = Document.objects.waiting().filter(pk=pk).select_for_update(of=("self",), skip_locked=True).first()
        if document is None:
            return None
        if document.attempts >= MOST_ATTEMPTS:
            move(document.give_up, by=SYSTEM, reason=document.failure, also={"held_until": None})
            return None
        held_until = timezone.now() + HELD_A_PART * (count_parts(document) + 1)
        Document.objects.filter(pk=pk).update(attempts=F("attempts") + 1, held_until=held_until)
    return document


def _put_back(pk: int, failure: str) -> None:
    """Say why, and let it be tried again in a while; after the last attempt, give up."""
    logger.warning("document %s was not rendered: %s", pk, failure)
    with transaction.atomic(), signed(HOLD_VERB, by=SYSTEM):
        document = Document.objects.locked().get(pk=pk)
        if document.state != DocumentState.ISSUED:
            return
        if document.attempts >= MOST_ATTEMPTS:
            move(document.give_up, by=SYSTEM, reason=failure, also={"held_until": None, "failure": failure})
            return
        free_at = timezone.now() + AGAIN_AFTER
        Document.objects.filter(pk=pk).update(held_until=free_at, failure=failure)


@transaction.atomic
def _finished(pk: int, pdf: bytes) -> bool:
    """Keep the file and say that it is there; another printer that was as quick has done it already."""
    document = Document.objects.locked().get(pk=pk)
    if document.state != DocumentState.ISSUED:
        return False
    old = document.file_id
    file = keep_file(
        io.BytesIO(pdf),
        name=f"{document.number}.pdf",
        # Not one of the kinds that the desk's file door opens: papers leave by their own door alone.
        kind=StoredFile.Kind.EXPORT,
        by=SYSTEM,
        store_id=document.store_id,
        content_type="application/pdf",
        kept_for=kind_named(document.kind).lifetime,
    )
    made = {"file": file, "file_hash": hashlib.sha256(pdf).hexdigest()}
    move(document.render, by=SYSTEM, also={**made, "held_until": None, "attempts": 0, "failure": ""})
    if old is not None:
        StoredFile.objects.filter(pk=old).update(expires_at=timezone.now())
    return True
