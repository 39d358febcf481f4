"""The long work of the warehouse: waybills from a file, batch-ship files."""

from django.utils.translation import gettext_lazy as _

from apps.jobs.kinds import JobKind, register
from apps.warehouse.actions import import_waybills, ship_report


def register_kinds() -> None:
    """Make them known to the runner."""
    register(
        JobKind(
            name=import_waybills.KIND, label=_("Import of waybill numbers"),
            plan=import_waybills.plan, work=import_waybills.work, finish=import_waybills.finish,
            counted={"labelled": _("Waybills written down")},
        )
    )  # fmt: skip
    register(
        JobKind(
            name=ship_report.KIND, label=_("Batch-ship file"),
            plan=ship_report.plan, work=ship_report.work, finish=ship_report.finish,
            counted={"rows": _("Rows")},
        )
    )  # fmt: skip
