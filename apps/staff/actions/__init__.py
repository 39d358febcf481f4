"""The verbs of staff."""

from apps.staff.actions.close import close_month, close_sheet, finish_sheet, reopen_sheet
from apps.staff.actions.export import export_pay, export_sheets
from apps.staff.actions.open_month import Opened, keep_months, open_month
from apps.staff.actions.pay import PayRun, compute_pay, give_reward
from apps.staff.actions.reveal import reveal_pay
from apps.staff.actions.score import Given, note_attendance, score_items, set_extra
from apps.staff.actions.slip import issue_slip, open_slip
from apps.staff.actions.templates import activate_template, adopt_sheet

__all__ = [
    "Given",
    "Opened",
    "PayRun",
    "activate_template",
    "adopt_sheet",
    "close_month",
    "close_sheet",
    "compute_pay",
    "export_pay",
    "export_sheets",
    "finish_sheet",
    "give_reward",
    "issue_slip",
    "keep_months",
    "note_attendance",
    "open_month",
    "open_slip",
    "reopen_sheet",
    "reveal_pay",
    "score_items",
    "set_extra",
]
