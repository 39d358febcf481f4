"""The verbs of the sheets floor."""

from apps.sheets.actions.apply import apply_sheet
from apps.sheets.actions.discard import discard_sheet
from apps.sheets.actions.files import write_refused_rows, write_template
from apps.sheets.actions.receive import Received, receive_sheet

__all__ = ["Received", "apply_sheet", "discard_sheet", "receive_sheet", "write_refused_rows", "write_template"]
