"""Talk about a request: remarks and files."""

import datetime as dt
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.approvals.actions.decide import GONE
from apps.approvals.actions.news import INBOX
from apps.approvals.models import ApprovalRequest, Attachment, Comment
from apps.approvals.queries.inbox import readable_requests
from apps.approvals.workflows.request import RequestState
from apps.audit.context import signed
from apps.core.errors import Conflict, Invalid, NotFound
from apps.core.speech import filled
from apps.files.actions import keep_file
from apps.files.models import StoredFile
from apps.notices.actions import tell
from apps.org.actors import Actor

KEPT_WITH_THE_RECORD = dt.timedelta(days=10 * 366)
LONGEST = 500
COMMENTED = _("%(name)s wrote about “%(title)s”.")


@transaction.atomic
def comment(request_id: int, *, text: str, by: Actor) -> Comment:
    """Write a remark or a question; whoever asked and everybody who spoke before hears of it.

    Raises NotFound, Invalid without words.
    """
    request = _readable(request_id, by)
    said = text.replace("\0", "").strip()
    if not said or len(said) > LONGEST:
        raise Invalid(_("Write between 1 and 500 characters."), code="no_text")
    with signed("approvals.approvalrequest.comment", by=by):
        row = Comment.objects.create(request=request, by_id=by.id, by_name=by.name, text=said)
    others = {request.requested_by_id, *request.comments.values_list("by", flat=True)}
    others |= set(request.decisions.values_list("by", flat=True))
    sentence = filled(COMMENTED, name=by.name, title=request.title)
    tell({u for u in others if u and u != by.id}, key=f"approval:{request.pk}:comment:{row.pk}", sentence=sentence,
         url=f"{INBOX}?request={request.pk}")  # fmt: skip
    return row


@transaction.atomic
def attach(request_id: int, *, source: BinaryIO, name: str, by: Actor, content_type: str) -> Attachment:
    """Put a file to an open request. Raises NotFound, Conflict once it has ended."""
    request = _readable(request_id, by)
    if request.state != RequestState.OPEN:
        raise Conflict(_("This request has ended; nothing is attached to it any more."), code="ended")
    file = keep_file(
        source, name=name, kind=StoredFile.Kind.UPLOAD, by=by, store_id=request.store_id, content_type=content_type,
        kept_for=KEPT_WITH_THE_RECORD,
    )  # fmt: skip
    with signed("approvals.approvalrequest.attach", by=by):
        return Attachment.objects.create(request=request, file=file, by_id=by.id)


def _readable(request_id: int, by: Actor) -> ApprovalRequest:
    request = readable_requests(by).filter(pk=request_id).first()
    if request is None:
        raise NotFound(GONE)
    return request
