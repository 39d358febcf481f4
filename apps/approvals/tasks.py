"""The clock's doors to approvals."""

from celery import shared_task

from apps.approvals.actions.client import accept_by_silence
from apps.approvals.actions.remind import remind_deciders


@shared_task(name="approvals.remind")
def remind() -> None:
    """Every hour: ring for decisions that have waited too long."""
    remind_deciders()


@shared_task(name="approvals.silence")
def take_silence() -> None:
    """Every hour: take a client's silence for a yes where the policy says so."""
    accept_by_silence()
