"""Composition of opsdesk: settings, URLs, Celery, the admin site and the servers it runs on."""

from opsdesk.celery import app as celery_app

__all__ = ["celery_app"]
