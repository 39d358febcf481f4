"""The printer's doorbell: one Celery message a transaction, "there is a paper to print". Losing it costs ten seconds."""

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger("opsdesk.documents")


def ring(document_id: int | None = None) -> None:
    """After commit, wake a printer, for this paper first; a transaction that issues many rings once."""
    hooks = transaction.get_connection().run_on_commit
    if not any(getattr(hook[1], "func", None) is _publish for hook in hooks):
        transaction.on_commit(partial(_publish, document_id))


def _publish(document_id: int | None) -> None:
    try:
        current_app.send_task("documents.render", args=[document_id], retry=False)
    except OperationalError as error:
        logger.warning("doorbell for document %s not rung: %s", document_id, error)
