"""The calendar's door to contracts."""

from celery import shared_task

from apps.contracts.actions.daily import every_day


@shared_task(name="contracts.every_day")
def contracts_every_day() -> None:
    """Every hour, the drafting once a day: last month's statements, answers that never came, payments that did not arrive."""
    every_day()
