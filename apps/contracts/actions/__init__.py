"""The verbs of contracts."""

from apps.contracts.actions.answer import (
    confirm_by_link,
    object_by_link,
    record_confirmation,
    record_objection,
    statement_behind,
)
from apps.contracts.actions.clauses import (
    BaseFee,
    Due,
    LumpSum,
    Price,
    Scale,
    first_open_day,
    first_open_day_of_prices,
    set_clause,
)
from apps.contracts.actions.draft import Drafted, draft_again, draft_statements
from apps.contracts.actions.export import export_annex, export_statements, write_annex
from apps.contracts.actions.files import attach_file, take_file
from apps.contracts.actions.invoice import record_invoice
from apps.contracts.actions.keep import (
    OpeningTerms,
    Parties,
    activate_contract,
    discard_contract,
    end_contract,
    look_at_contract,
    open_contract,
)
from apps.contracts.actions.lump_sums import pay_lump_sum
from apps.contracts.actions.pay import pay_statement, penalty_of
from apps.contracts.actions.send import new_link, send_statement
from apps.contracts.actions.submit import decide_statement, revise_statement, submit_statement, withdraw_statement

__all__ = [
    "BaseFee",
    "Drafted",
    "Due",
    "LumpSum",
    "OpeningTerms",
    "Parties",
    "Price",
    "Scale",
    "activate_contract",
    "attach_file",
    "confirm_by_link",
    "decide_statement",
    "discard_contract",
    "draft_again",
    "draft_statements",
    "end_contract",
    "export_annex",
    "export_statements",
    "first_open_day",
    "first_open_day_of_prices",
    "look_at_contract",
    "new_link",
    "object_by_link",
    "open_contract",
    "pay_lump_sum",
    "pay_statement",
    "penalty_of",
    "record_confirmation",
    "record_invoice",
    "record_objection",
    "revise_statement",
    "send_statement",
    "set_clause",
    "statement_behind",
    "submit_statement",
    "take_file",
    "withdraw_statement",
    "write_annex",
]
