"""Who comes in where on the floors of money: bills, contracts, statements, approvals, scores and pay, as one table.

Every role of the house works for Qinghe, whose rows they are. A name that a role has is open to it; one that it has not
is refused (403), or not there at all (404) where the rows are not theirs to know of. Both directions are asked.
"""

import io
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from apps.approvals.actions import attach
from apps.approvals.models import ApprovalRequest
from apps.contracts.actions import attach_file
from apps.contracts.models import Contract, LumpSumClaim, SettlementStatement
from apps.finance.models import Bill, BillLine
from apps.org.actors import SYSTEM
from apps.org.models import Store
from apps.org.permissions import ROLES
from apps.staff.actions import close_sheet, compute_pay, finish_sheet
from apps.staff.models import PayLine, ScoreSheet
from tests.contracts.builders import LUMP_SUM
from tests.desk.permission_tables import SHUT, Make, Rows, answers_of, key_of, names_of, refused_verbs
from tests.finance.conftest import as_otto, checked, imported, received
from tests.finance.files import fee, sale
from tests.staff.builders import MONTH

pytest_plugins = ["tests.contracts.builders", "tests.staff.builders"]
__all__ = ["as_otto", "checked", "imported", "received"]
Browse = Callable[..., Client]

SEE_BILLS = {"bills", "bill", "bill_lines", "bill_line"}
KEEP_BILLS = {"bill_upload", "bill_run", "bill_discard", "bill_lines_export", "bill_lines_bulk", "bill_line_verb"}
SEE_CONTRACTS = {
    "contracts",
    "contract",
    "contract_file",
    "statements",
    "statement",
    "statements_export",
    "statement_export",
}
# Verbs answer on the page of their row; what a right refuses there is asked below, verb by verb.
CONTRACT_VERBS = {"contract_verb", "statement_verb", "lump_sum_pay"}
KEEP_CONTRACTS = {"contract_new", "contract_attach", "contract_clause", "statements_draft"}
# The inbox is everybody's; a request in it is not there for who neither decides nor asked.
OWN_INBOX = {"inbox", "inbox_bulk", "inbox_undo", "inbox_decide", "inbox_withdraw", "inbox_comment"}
SCORE = {"scores", "score", "score_totals", "score_verb"}
KEEP_SCORES = {"scores_open", "scores_close", "scores_adopt", "scores_export"}
OWN_PAGE = {"my_scores"}
KEEP_PAY = {"pay", "pay_reveal", "pay_compute", "pay_reward", "pay_export", "pay_slip", "pay_slip_pdf"}
EVERYBODY = OWN_INBOX | OWN_PAGE

TABLE: dict[str, set[str]] = {
    "customer_service": EVERYBODY,
    "service_lead": EVERYBODY,
    "warehouse": EVERYBODY,
    "warehouse_lead": EVERYBODY | SCORE,
    "planner": EVERYBODY,
    "manager": EVERYBODY | SCORE | {"inbox_link"},
    "director": EVERYBODY | SEE_CONTRACTS | CONTRACT_VERBS | SCORE | {"scores_export", "inbox_link", "inbox_file"},
    "finance": EVERYBODY | SEE_BILLS | KEEP_BILLS | SEE_CONTRACTS | CONTRACT_VERBS | KEEP_CONTRACTS
    | {"inbox_link", "inbox_file"},
    "hr": EVERYBODY | SCORE | KEEP_SCORES | KEEP_PAY,
    "it": EVERYBODY,
}  # fmt: skip
# Nobody needs a right to ask for these; whose rows they are decides, so a stranger's row is not there.
BY_ROW = {"score", "score_totals", "score_verb", "pay_slip", "pay_slip_pdf", "inbox_file"}
NAMES = names_of("bill", "contract", "statement", "lump_sum", "inbox", "score", "my_scores", "pay")
ROWS_OF_STORES = {
    "bill", "bill_run", "bill_discard", "bill_line", "bill_line_verb", "contract", "contract_attach", "contract_file", "contract_verb",
    "contract_clause",
    "statement", "statement_export", "statement_verb", "lump_sum_pay", "score", "score_totals", "score_verb",
    "pay_slip", "pay_slip_pdf", "inbox_file",
}  # fmt: skip
# Which of those who open a contract or a statement have the right to a verb; who decides is a matter of the policy.
VERBS: dict[tuple[str, str], set[str]] = {
    ("contract_verb", "activate"): {"director"},
    ("contract_verb", "end"): {"director"},
    ("contract_verb", "discard"): {"finance"},
    ("statement_verb", "draft"): {"finance"},
    ("statement_verb", "submit"): {"finance"},
    ("statement_verb", "revise"): {"finance"},
    ("statement_verb", "send"): {"director", "finance"},
    ("statement_verb", "link"): {"director", "finance"},
    ("statement_verb", "confirm"): {"finance"},
    ("statement_verb", "object"): {"finance"},
    ("statement_verb", "invoice"): {"finance"},
    ("statement_verb", "pay"): {"finance"},
}
FORM = {"month": "2026-10", "do": "undo"}
VERB_FORM = {
    "reason": "x", "name": "x", "invoice": "x", "on": "2030-01-01", "paid_on": "2026-02-01", "issued_on": "2026-02-01",
}  # fmt: skip


@pytest.fixture
def rows(
    imported: Make, receive: Make, a_contract: Make, submitted: Make, a_sheet: Make, *, fully: Make, terms: Make,
    minimum: Make,
) -> Rows:  # fmt: skip
    """One row of each kind, all of Qinghe, and the arguments of every address about them."""
    bill: Bill = imported(sale("8.00", "4001260901000010015"), fee("-1.00"))
    receive("2026-01-05", "4000000")
    statement: SettlementStatement = submitted(a_contract(lump_sum=LUMP_SUM), "2026-01")
    asked = ApprovalRequest.objects.get()
    sheet: ScoreSheet = fully(a_sheet())
    terms("发货专员", performance="2000.00")
    minimum()
    finish_sheet(sheet.pk, by=SYSTEM)
    close_sheet(sheet.pk, by=SYSTEM)
    compute_pay(MONTH, by=SYSTEM)
    contract, line = Contract.objects.get(), BillLine.objects.filter(bill=bill).earliest("position")
    verbs = {"contract": "end", "statement": "submit", "bill_line": "match", "score": "save"}
    keys = {
        "bill": bill.pk, "bill_line": line.pk, "contract": contract.pk, "statement": statement.pk, "score": sheet.pk,
        "lump_sum": LumpSumClaim.objects.get().pk, "pay": PayLine.objects.get().pk, "inbox": asked.pk,
    }  # fmt: skip
    found = {name: {"pk": key_of(name, keys)} for name in NAMES if name in ROWS_OF_STORES or name in OWN_INBOX}
    for name, verb in verbs.items():
        found[f"{name}_verb"]["verb"] = verb
    found["contract_clause"]["kind"] = "scale"
    kept = attach_file(contract.pk, source=io.BytesIO(b"signed"), name="合同.pdf", size=6, by=SYSTEM)
    found["contract_file"]["file_pk"] = kept.pk
    found["inbox_link"] = {"pk": asked.pk}
    found["inbox_file"]["file_pk"] = _attached(asked)
    return {name: found.get(name, {}) for name in NAMES if name not in {"inbox", "inbox_bulk", "inbox_undo"}}


def _attached(asked: ApprovalRequest) -> int:
    return attach(asked.pk, source=io.BytesIO(b"letter"), name="letter.txt", by=SYSTEM, content_type="text/plain").pk


@pytest.mark.rule("SEC-01", "SEC-30")
@pytest.mark.parametrize("role", ROLES)
def test_a_role_comes_in_where_the_table_says_and_nowhere_else(
    browse: Browse, somebody: Make, rows: Rows, role: str
) -> None:
    answers = answers_of(browse(somebody(role)), NAMES, rows, FORM)

    refused = {name: 404 if name in BY_ROW else 403 for name in NAMES if name not in TABLE[role]}
    assert {name: code for name, code in answers.items() if code in SHUT} == refused


def test_the_table_knows_every_address_of_these_floors() -> None:
    assert set(NAMES) == set().union(*TABLE.values())
    assert TABLE.keys() == ROLES.keys()


@pytest.mark.rule("SEC-30")
def test_with_every_right_but_for_another_store_no_row_is_there(
    browse: Browse, somebody: Make, rows: Rows, fengdu: Store
) -> None:
    stranger = somebody("nothing", fengdu)
    wide = ["see_all_stores", "see_all_warehouses", "see_all_sheets"]
    stranger.user_permissions.set(Permission.objects.exclude(codename__in=wide).exclude(codename="view_payline"))

    answers = answers_of(browse(stranger), ROWS_OF_STORES, rows, FORM)

    assert answers == dict.fromkeys(ROWS_OF_STORES, 404)


@pytest.mark.parametrize("role", ["director", "finance"])
def test_a_verb_of_a_contract_or_a_statement_is_refused_to_who_lacks_its_right(
    browse: Browse, somebody: Make, rows: Rows, role: str
) -> None:
    refused = refused_verbs(browse(somebody(role)), VERBS, rows, VERB_FORM)

    assert refused == {key for key, roles in VERBS.items() if role not in roles}
