"""The long work of the finance floor: check a bill, import a bill."""

from django.utils.translation import gettext_lazy as _

from apps.finance.actions import check, run_import
from apps.jobs.kinds import JobKind, register


def register_kinds() -> None:
    """Make the bills' jobs known to the runner."""
    register(
        JobKind(
            name="finance.check", label=_("Check of a bill"),
            plan=check.plan, work=check.nothing, finish=check.finish, failed=check.failed,
        )
    )  # fmt: skip
    register(
        JobKind(
            name="finance.import", label=_("Import of a bill"),
            plan=run_import.plan, work=run_import.work, finish=run_import.finish, failed=run_import.failed,
        )
    )  # fmt: skip
