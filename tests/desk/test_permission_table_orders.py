"""Who comes in where on the floor of orders: the order desk, platform orders, imports, jobs and files, as one table.

Every role of the house works for Qinghe and its warehouse, whose rows they are; lin of customer service brought the
file in and waits for the job. A name that a role has is open to it; one that it has not is refused (403), or not there
at all (404) where it is somebody else's.
"""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.desk.views import bulk, orders
from apps.jobs.actions import run_job
from apps.orders.actions import receive_files
from apps.orders.models import ImportBatch, ImportFile, Reason, ShippingOrder
from apps.org.actors import Actor
from apps.org.models import Store
from apps.org.permissions import ROLES
from tests.desk.permission_tables import (
    NO_RIGHT,
    SHUT,
    Make,
    Rows,
    Verb,
    answer_of,
    answers_of,
    key_of,
    names_of,
    refused_verbs,
)

Browse = Callable[..., Client]

# Verbs answer on the sheet of their order; what a right refuses there is asked below, verb by verb.
SEE_PARCELS = {"orders", "order", "order_buyer", "order_verb", "reason_clear", "orders_bulk"}
SEE_IMPORTED = {"platform_orders", "platform_order", "imports", "import_batch"}
IMPORT = {"import_upload", "import_run", "import_discard", "import_failed_rows"}
# Whoever may bring files in has those that a colleague brought in for the same store.
KEPT_FILES = {"file"}
AMEND = {"order_amend"}
REVEAL = {"order_reveal"}
AMEND_PLAIN = {"order_amend_plain"}
EXPORT = {"orders_export"}
OWN_JOBS = {"jobs"}
ALL_JOBS = {"jobs_failed", "job", "job_cancel"}
SEE = OWN_JOBS | SEE_PARCELS | SEE_IMPORTED
SERVE = SEE | IMPORT | KEPT_FILES | AMEND

TABLE: dict[str, set[str]] = {
    "customer_service": SERVE | REVEAL | AMEND_PLAIN,
    "service_lead": SERVE | REVEAL | AMEND_PLAIN | EXPORT,
    "warehouse": OWN_JOBS | SEE_PARCELS,
    "warehouse_lead": OWN_JOBS | SEE_PARCELS | REVEAL,
    "planner": SEE,
    "manager": SERVE | EXPORT,
    "director": SEE | EXPORT,
    "finance": SEE | EXPORT,
    "hr": OWN_JOBS,
    "it": OWN_JOBS | ALL_JOBS,
}
NAMES = names_of("order", "platform_order", "reason_clear", "import", "job", "file")
# Nobody needs a right to ask for these; whose they are decides, so a stranger's is not there.
BY_ROW = {"job", "job_cancel", "file"}
ROWS = {
    "order", "order_amend", "order_amend_plain", "order_buyer", "order_reveal", "order_verb", "reason_clear",
    "platform_order", "import_batch", "import_run", "import_discard", "import_failed_rows",
}  # fmt: skip
EVERYWHERE = {"director", "finance", "it"}
CLERKS = {"customer_service", "service_lead", "manager"}
VERBS: dict[Verb, set[str]] = {
    ("order_verb", "confirm"): CLERKS,
    ("order_verb", "unconfirm"): CLERKS,
    ("order_verb", "cancel"): {"service_lead", "manager", "director"},
    ("order_verb", "hold"): CLERKS | {"warehouse_lead"},
    ("order_verb", "note"): CLERKS,
    ("order_verb", "contact"): CLERKS,
}
CLEAR_REASONS = CLERKS
BULK: dict[str, set[str]] = {
    "confirm": CLERKS,
    "hold": CLERKS | {"warehouse_lead"},
    "wave": {"warehouse_lead"},
}
ON_ORDERS = sorted(role for role, opened in TABLE.items() if "order_verb" in opened)


@pytest.fixture
def batch(qinghe: Store, as_lin: Actor) -> ImportBatch:
    """What lin brought in for Qinghe, checked: a file that is no order file."""
    file = SimpleUploadedFile("订单.csv", "订单编号,买家\n1,2\n".encode())
    made = receive_files(qinghe.pk, [file], by=as_lin)
    run_job(made.check_job_id or 0)
    return made


@pytest.fixture
def rows(an_order: Callable[..., ShippingOrder], stopped: Callable[..., Reason], batch: ImportBatch) -> Rows:
    """One row of each kind, all of Qinghe, and the arguments of every address about them."""
    order, file = an_order(), ImportFile.objects.get(batch=batch)
    keys = {
        "order": order.pk, "reason_clear": order.pk, "platform_order": order.lead_order_id, "import": batch.pk,
        "job": batch.check_job_id or 0,
    }  # fmt: skip
    found: Rows = {name: {"pk": key_of(name, keys)} for name in ROWS | {"job", "job_cancel"}}
    found["order_verb"]["verb"] = "note"
    found["reason_clear"]["reason_pk"] = stopped(order).pk
    found["import_failed_rows"]["file_pk"] = file.pk
    return found | {"file": {"key": file.stored.key}}


@pytest.fixture
def form(rows: Rows) -> dict[str, object]:
    """What a form of this floor sends, about the order."""
    return {"do": "hold", "ids": [rows["order"]["pk"]], "reason": "x", "note": "x", "text": "x", "purpose": "contact"}


def test_the_table_names_every_role_and_every_address_of_this_floor() -> None:
    assert set(TABLE) == set(ROLES)
    assert set().union(*TABLE.values()) == set(NAMES)
    assert set(NAMES) >= ROWS | BY_ROW


@pytest.mark.rule("SEC-01")
def test_a_role_comes_in_where_the_table_says_so_and_nowhere_else(
    browse: Browse, somebody: Make, rows: Rows, form: dict[str, object]
) -> None:
    answers = {role: answers_of(browse(somebody(role)), NAMES, rows, form) for role in ROLES}

    refused = {role: {name: code for name, code in said.items() if code in SHUT} for role, said in answers.items()}
    assert refused == {
        role: {name: 404 if name in BY_ROW else 403 for name in NAMES if name not in opened}
        for role, opened in TABLE.items()
    }
    assert max(max(said.values()) for said in answers.values()) < 500


@pytest.mark.rule("SEC-30")
@pytest.mark.parametrize("role", sorted(set(ON_ORDERS) - EVERYWHERE))
def test_who_works_for_another_store_and_warehouse_finds_none_of_the_rows(
    browse: Browse, somebody: Make, fengdu: Store, rows: Rows, *, form: dict[str, object], role: str
) -> None:
    asked = (ROWS | BY_ROW) & TABLE[role]

    answers = answers_of(browse(somebody(role, fengdu)), asked, rows, form)

    assert answers == dict.fromkeys(asked, 404)


def test_the_tables_of_verbs_name_every_verb_of_an_order() -> None:
    assert set(VERBS) == {("order_verb", verb) for verb in orders.VERBS}
    assert set(BULK) == set(bulk.ACTS)


@pytest.mark.rule("SEC-01")
@pytest.mark.parametrize("role", ON_ORDERS)
def test_a_verb_of_an_order_is_refused_to_who_lacks_its_right(
    browse: Browse, somebody: Make, rows: Rows, *, form: dict[str, object], role: str
) -> None:
    browser = browse(somebody(role))

    refused = refused_verbs(browser, VERBS, rows, form)
    clearing = answer_of(browser, "reason_clear", rows["reason_clear"], form, follow=True)
    many = {verb: answer_of(browser, "orders_bulk", {}, {**form, "do": verb}) for verb in BULK}

    assert refused == {key for key, roles in VERBS.items() if role not in roles}
    assert (NO_RIGHT in clearing.content.decode()) is (role not in CLEAR_REASONS)
    assert {verb for verb, answer in many.items() if NO_RIGHT in answer.content.decode()} == {
        verb for verb, roles in BULK.items() if role not in roles
    }
