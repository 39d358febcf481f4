"""Compile the message catalogues that are newer than their compiled form."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from apps.core.catalogues import compile_catalogues


class Command(BaseCommand):
    """`manage.py compile_catalogues`."""

    # They take longer than the catalogues, and `migrate` comes next and makes them.
    requires_system_checks = ()
    help = "Compile locale/*/LC_MESSAGES/*.po where the .mo is missing or older."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Compile what is out of date."""
        compile_catalogues(settings.LOCALE_PATHS)
