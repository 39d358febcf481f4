"""Django's makemigrations, in the form that renders few classes."""

from typing import Any

from django.core.management.commands import makemigrations

from apps.core.migration_operations import put_together


class Command(makemigrations.Command):
    """What can be in `Together` is written so (docs/adr/0011)."""

    def write_migration_files(self, changes: dict[str, list[Any]], *arguments: Any) -> None:
        """Put each migration's steps together, then write them."""
        for migration in (each for migrations in changes.values() for each in migrations):
            migration.operations = put_together(migration.operations)
        super().write_migration_files(changes, *arguments)
