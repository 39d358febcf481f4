"""Sheets and their rows."""

from apps.sheets.models.row import SheetRow, Verdict
from apps.sheets.models.sheet import Sheet

__all__ = ["Sheet", "SheetRow", "Verdict"]
