"""Files out of the house: only to their owner, or to who has the right and works for the store; some by no means here."""

import uuid

from django.http import Http404, HttpResponseBase

from apps.desk.doors import DeskRequest, needs
from apps.desk.downloads import attachment
from apps.files.actions import open_file
from apps.files.models import StoredFile
from apps.org.scope import visible

# Who else may have a file of a store: the right that its kind asks for.
RIGHTS = {
    StoredFile.Kind.UPLOAD: "orders.add_importbatch",
    StoredFile.Kind.RESULT: "orders.view_importbatch",
    StoredFile.Kind.EXPORT: "",
}
# Given out by a page of their own, which asks for more and writes it down; here to nobody, not even to their owner.
ELSEWHERE = {StoredFile.Kind.CONTRACT}


@needs()
def file(request: DeskRequest, key: uuid.UUID) -> HttpResponseBase:
    """Download a kept file. Somebody else's file looks like none at all (SEC-31)."""
    row = StoredFile.objects.filter(key=key).first()
    if row is None or not _may_have(request, row):
        raise Http404
    return attachment(open_file(row), row.name)


def _may_have(request: DeskRequest, row: StoredFile) -> bool:
    if row.kind in ELSEWHERE:
        return False
    if row.owner_id == request.user.pk:
        return True
    right = RIGHTS.get(StoredFile.Kind(row.kind), "")
    in_scope = row.store_id is not None and visible(StoredFile.objects.filter(pk=row.pk), request.by).exists()
    return bool(right) and request.by.may(right) and in_scope
