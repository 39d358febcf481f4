"""Compile the message catalogues that are newer than their compiled form; needs no gettext on the system."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """`manage.py compile_catalogues`."""

    help = "Compile locale/*/LC_MESSAGES/*.po where the .mo is missing or older."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Compile what is out of date."""
        for folder in settings.LOCALE_PATHS:
            for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                target = source.with_suffix(".mo")
                if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                    _compile(source, target)


def _compile(source: Path, target: Path) -> None:
    with source.open("rb") as stream:
        catalogue = read_po(stream)
    partial = target.with_suffix(".part")
    with partial.open("wb") as sink:
        write_mo(sink, catalogue)
    partial.replace(target)
