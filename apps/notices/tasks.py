"""The clock's door to the bell."""

from celery import shared_task

from apps.notices.actions.promises import check_promises


@shared_task(name="notices.check_promises")
def check_promises_of_the_night() -> None:
    """Every night: what must be true of the whole database."""
    check_promises()
