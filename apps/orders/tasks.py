"""The clock's doors to the order floor."""

from celery import shared_task

from apps.orders.actions import release_holds
from apps.orders.actions.expire import expire_rows
from apps.orders.actions.idempotency import forget_old_keys
from apps.orders.actions.remind import remind_of_contacts


@shared_task(name="orders.release_holds")
def release_due_holds() -> None:
    """Every minute: clear holds whose time has come."""
    release_holds()


@shared_task(name="orders.remind_contact")
def remind_contact() -> None:
    """Every minute: ring for buyers who were not contacted in time."""
    remind_of_contacts()


@shared_task(name="orders.forget_keys")
def forget_keys() -> None:
    """Every hour: forget answers to API writes after seven days."""
    forget_old_keys()


@shared_task(name="orders.expire_rows")
def expire_import_rows() -> None:
    """Every hour: remove the rows of imports that ended long ago."""
    expire_rows()
