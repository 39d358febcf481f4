"""The clock's doors to the stores' floor."""

from celery import shared_task

from apps.stores.actions.apply import apply_due_changes, delist_sold_out


@shared_task(name="stores.apply_changes")
def apply_changes() -> None:
    """Every minute: apply approved changes whose day has come."""
    apply_due_changes()


@shared_task(name="stores.delist_sold_out")
def take_down_sold_out() -> None:
    """Every minute: take listings without stock down."""
    delist_sold_out()
