"""The clock's and the news' doors to the warehouse."""

from celery import shared_task

from apps.warehouse.actions.daily_lists import issue_due_daily_lists
from apps.warehouse.actions.pick import close_finished_waves
from apps.warehouse.actions.serve import serve_waiting
from apps.warehouse.actions.take_out import take_out_ended


@shared_task(name="warehouse.reserve")
def reserve() -> None:
    """Every ten seconds, and when news comes: free goods of orders that ended, set goods aside for those that wait."""
    serve_waiting()


@shared_task(name="warehouse.tidy_waves")
def tidy_waves() -> None:
    """Every ten seconds: let go what is in waves for orders that were called off, and close waves that are done."""
    take_out_ended()
    close_finished_waves()


@shared_task(name="warehouse.issue_daily_lists")
def issue_daily_lists() -> None:
    """Every minute: the daily pick list of each warehouse whose cut-off has just passed."""
    issue_due_daily_lists()
