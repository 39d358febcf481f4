"""What must be true of all sheets at any time."""

from apps.core.invariants import Invariant

SHEETS = [
    Invariant(
        "sheets.applied_are_whole",
        "no applied sheet has a row that was accepted and is not in",
        "SELECT s.id FROM sheets_sheet s WHERE s.state = 'applied' AND EXISTS "
        "(SELECT FROM sheets_sheetrow r WHERE r.sheet_id = s.id AND NOT r.is_applied AND r.verdict <> 'refused')",
    ),
    Invariant(
        "sheets.nothing_before_apply",
        "no row is in whose sheet nobody has applied",
        "SELECT r.id FROM sheets_sheetrow r JOIN sheets_sheet s ON s.id = r.sheet_id "
        "WHERE r.is_applied AND s.state IN ('received', 'refused', 'cancelled')",
    ),
]
