"""The database behind the books: what is written stays."""

import pgtrigger

_REFUSED = "USING ERRCODE = 'check_violation'"


def appended_to() -> list[pgtrigger.Trigger]:
    """Rows are added, never changed and never removed; a mistake is put right by a reversal."""
    return [_never("receipts_stay", pgtrigger.Update | pgtrigger.Delete)]


def never_removed() -> list[pgtrigger.Trigger]:
    """What a bill said is not unsaid."""
    return [_never("lines_stay", pgtrigger.Delete)]


def _never(name: str, operation: pgtrigger.core.Operation) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=operation,
        func=f"RAISE EXCEPTION '% is appended to: no % of what is in it', TG_TABLE_NAME, TG_OP {_REFUSED};",
    )
