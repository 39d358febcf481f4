"""The printer's door."""

from celery import shared_task

from apps.documents.actions import render_waiting


@shared_task(name="documents.render")
def render(document_id: int | None = None) -> None:
    """Print this paper and others that wait; also every ten seconds, for those whose message was lost."""
    render_waiting(document_id)
