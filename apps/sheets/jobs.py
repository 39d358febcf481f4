"""The long work of the sheets floor: check a sheet, apply a sheet."""

from django.utils.translation import gettext_lazy as _

from apps.jobs.kinds import JobKind, register
from apps.sheets.actions import apply, check


def register_kinds() -> None:
    """Make the sheets' jobs known to the runner."""
    register(
        JobKind(
            name="sheets.check", label=_("Check of a sheet"),
            plan=check.plan, work=check.nothing, finish=check.finish, failed=check.failed,
        )
    )  # fmt: skip
    register(
        JobKind(
            name="sheets.apply", label=_("Applying a sheet"),
            plan=apply.plan, work=apply.work, finish=apply.finish, failed=apply.failed,
        )
    )  # fmt: skip
