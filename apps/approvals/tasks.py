"""The clock's doors to approvals."""

from celery import shared_task

from apps.approvals.actions.carry_out import carry_out_due
from apps.approvals.actions.client import accept_by_silence
from apps.approvals.actions.remind import remind_deciders


@shared_task(name="approvals.take_effect")
def take_effect() -> None:
    """Every five seconds: let decisions take effect whose time for taking them back is over."""
    carry_out_due()


@shared_task(name="approvals.remind")
def remind() -> None:
    """Every hour: ring for decisions that have waited too long."""
    remind_deciders()


@shared_task(name="approvals.silence")
def take_silence() -> None:
    """Every hour: take a client's silence for a yes where the policy says so."""
    accept_by_silence()
