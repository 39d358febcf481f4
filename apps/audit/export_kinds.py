"""What an export took, in words: the floors above write short names into the book."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, str | Promise] = {
    "orders": _("Orders"),
    "ship_report": _("Batch-ship file"),
    "stock": _("Stock"),
    "price_changes": _("Price changes"),
    "returns": _("Returns"),
    "bill_lines": _("Bill lines"),
    "score_sheets": _("Score sheets"),
    "pay": _("Pay"),
    "statements": _("Statements"),
    "statement_annex": _("Annex of a statement"),
    "contract_file": _("File of a contract"),
}


def export_words(kind: str) -> str:
    """A kind of export as people call it; one that is gone keeps its short name."""
    return str(WORDS.get(kind, kind))
