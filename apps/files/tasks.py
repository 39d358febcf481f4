"""The clock's door to the file room."""

from celery import shared_task

from apps.files.actions import expire_files


@shared_task(name="files.expire")
def expire() -> None:
    """Every hour: remove what is past its time."""
    expire_files()
