"""The long work of the order floor: check a batch, import a batch, confirm or export many."""

from django.utils.translation import gettext_lazy as _

from apps.jobs.kinds import JobKind, register
from apps.orders.actions import check, run_import


def register_kinds() -> None:
    """Make the import jobs known to the runner."""
    register(
        JobKind(
            name="orders.check", label=_("Check of order files"),
            plan=check.plan, work=check.nothing, finish=check.finish, failed=check.failed,
        )
    )  # fmt: skip
    register(
        JobKind(
            name="orders.import", label=_("Import of orders"),
            plan=run_import.plan, work=run_import.work, finish=run_import.finish, failed=run_import.failed,
        )
    )  # fmt: skip
