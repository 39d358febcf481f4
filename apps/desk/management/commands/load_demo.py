"""`manage.py load_demo`: fill an empty database with the demo company."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.audit.context import acting_from
from apps.desk.demo.load import DAYS, ORDERS, load_company
from apps.workflow.seeding import NotEmpty


class Command(BaseCommand):
    """Loads everything or nothing; refuses a database with work in it, and where the demo is not allowed."""

    # `migrate` has just checked, and the address tables of the whole house are not needed here.
    requires_system_checks = ()
    help = "Load the demo company into an empty database."

    def add_arguments(self, parser: CommandParser) -> None:
        """How much of it, and whether a database that is not empty is fine."""
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is work already")
        parser.add_argument("--days", type=int, default=DAYS, help="how many days back the orders go")
        parser.add_argument("--orders", type=int, default=ORDERS, help="about how many orders there are")

    def handle(self, *_args: Any, if_empty: bool, days: int, orders: int, **_options: Any) -> None:
        """Load, and say what was loaded."""
        if not settings.DEMO_ALLOWED:
            raise CommandError("The demo company is not allowed here: its passwords are known to everybody.")
        if days < 1 or orders < 1:
            raise CommandError("Give at least one day and one order.")
        try:
            with acting_from("command"):
                loaded = load_company(now=timezone.now(), days=days, orders=orders)
        except NotEmpty as error:
            if if_empty:
                return
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Loaded the demo company: {loaded.orders} orders, {loaded.shipping_orders} shipping orders, "
            f"{loaded.open_reasons} open reasons, {loaded.changes} changes in the history."
        )
