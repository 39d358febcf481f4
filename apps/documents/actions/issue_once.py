"""Issue a list of how things stand, but no second one while nothing has changed."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils import translation

from apps.core.locks import one_at_a_time
from apps.documents.actions.issue import issue
from apps.documents.freezing import digest_of, freeze
from apps.documents.kinds import kind_named
from apps.documents.models import Document
from apps.org.actors import Actor


def issue_once(
    kind: str, *, context: Mapping[str, Any], day: dt.date, by: Actor, subject: models.Model, warehouse_id: int
) -> Document:
    """The latest paper of a kind about a row and its day when it says exactly this already, else a new one.

    For lists that show how something stands now: pressed twice they would be two numbers for one walk. In the caller's
    open transaction; two at once wait for each other. Raises what `issue` raises.
    """
    one_at_a_time("documents.issue", kind, subject.pk)
    with translation.override(kind_named(kind).language):
        digest = digest_of(freeze(context))
    latest = Document.objects.about(subject).filter(kind=kind, day=day).first()
    if latest is not None and latest.context_digest == digest:
        return latest
    return issue(kind, context=context, day=day, by=by, warehouse_id=warehouse_id, subject=subject)
