"""Check the promises about the whole database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.invariants import broken


class Command(BaseCommand):
    """`manage.py check_invariants`: after tests, after a restore, every night."""

    help = "Check every declared invariant; exit 1 and name the rows when one does not hold."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Say what does not hold. Raises CommandError when anything does not."""
        found = broken()
        for item in found:
            self.stderr.write(f"{item.invariant.id}: {item.invariant.says}: {item.count} rows, e.g. {item.first}")
        if found:
            raise CommandError(f"{len(found)} invariants do not hold.")
        self.stdout.write("Every invariant holds.")
