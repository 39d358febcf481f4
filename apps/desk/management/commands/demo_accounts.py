"""`manage.py demo_accounts`: one log-in for each role of the demo company."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.desk.demo.accounts import log_ins


class Command(BaseCommand):
    """Prints role, user name and password of each, and nothing else."""

    # `migrate` has just checked, and the address tables of the whole house are not needed here.
    requires_system_checks = ()
    help = "Print one log-in per role of the demo company."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """One line for each log-in that is there and still has the demo's password."""
        if not settings.DEMO_ALLOWED:
            raise CommandError("The demo company is not allowed here: its passwords are known to everybody.")
        for one in log_ins():
            self.stdout.write(f"{one.role:<24}{one.username:<18}{one.password}")
