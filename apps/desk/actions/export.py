"""Export what a list shows: what you filtered is what you get, as a file in the background."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.core.errors import NotAllowed
from apps.desk.lists.query import ListQuery
from apps.jobs.actions import start_job
from apps.jobs.models import Job
from apps.org.actors import Actor

KIND = "desk.export_orders"


def request_export(query: ListQuery, *, by: Actor) -> Job:
    """Queue the export of a list. A searched text may be a phone, so the job gets the keys that it found instead.

    Raises NotAllowed without the right; the job asks for it again when it runs.
    """
    if not by.may("orders.export_order"):
        raise NotAllowed(_("You do not have the right to export orders."))
    filters: dict[str, Any] = query.but(text="").filters()
    keys = list(query.spec.search(query.text, by).keys) if query.text else None
    return start_job(KIND, {"query": filters, "keys": keys}, by=by)
