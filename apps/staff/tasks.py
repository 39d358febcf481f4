"""The clock's doors to the staff floor."""

from celery import shared_task

from apps.staff.actions.open_month import keep_months


@shared_task(name="staff.keep_months")
def keep_score_months() -> None:
    """Every hour: sheets for whoever came, and what events say by now on sheets that are still open."""
    keep_months()
