"""The clock's doors to the finance floor."""

from celery import shared_task

from apps.finance.actions.remind import remind_of_differences
from apps.finance.actions.sweep import match_open_lines


@shared_task(name="finance.match")
def match_lines() -> None:
    """Every ten minutes, and when orders came: look again for the orders and refunds of unmatched lines."""
    match_open_lines()


@shared_task(name="finance.remind")
def remind() -> None:
    """Every hour: ring once a day for differences without a cause."""
    remind_of_differences()
