"""The floor plan, asked of the code itself."""

import re
import subprocess
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models

from apps.aftersales.models import Refund, ReturnOrder
from apps.approvals.models import ApprovalRequest, Intention
from apps.audit.queries import event_model_of
from apps.contracts.models import Contract, SettlementStatement
from apps.documents.models import Document
from apps.finance.models import Bill, BillLine
from apps.jobs.models import Job
from apps.orders.models import ImportBatch, Order, OrderMoney, ShippingOrder
from apps.sheets.models import Sheet
from apps.staff.models import ScoreSheet
from apps.stores.models import Listing, ListingChange, PriceChange
from apps.warehouse.models import Shipment, StockDocument, Wave
from apps.workflow.base import Workflow, legal_pairs, verbs_of
from apps.workflow.checks import machines_are_whole
from apps.workflow.drawing import drawn

ROOT = Path(__file__).parents[2]
# (from, to, signature), as a trigger's function has them, and as PostgreSQL tells them back of a trigger's condition.
PAIRS_OF_A_FUNCTION = re.compile(r"\('(\w+)', '(\w+)', '([\w.]+)'\)")
PAIRS_OF_A_CONDITION = re.compile(
    r"\(old\.state\)::text <> '(\w+)'::text\) OR \(\(new\.state\)::text <> '(\w+)'::text\) OR \([^<>]+<> '([\w.]+)'::text"
)
FLOORS = [
    "core",
    "org",
    "audit",
    "workflow",
    "files",
    "jobs",
    "links",
    "notices",
    "parameters",
    "documents",
    "sheets",
    "approvals",
    "stores",
    "orders",
    "warehouse",
    "aftersales",
    "finance",
    "contracts",
    "staff",
    "desk",
]
MACHINES = [
    ApprovalRequest,
    Intention,
    Contract,
    SettlementStatement,
    Listing,
    ListingChange,
    PriceChange,
    Order,
    ShippingOrder,
    ImportBatch,
    Job,
    Refund,
    ReturnOrder,
    StockDocument,
    Wave,
    Shipment,
    Sheet,
    Document,
    ScoreSheet,
    Bill,
    BillLine,
    OrderMoney,
]


def _own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("apps.")]


def test_foreign_keys_point_down() -> None:
    wrong = []
    for model in _own_models():
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if field.concrete and target is not None and target._meta.app_label in FLOORS:
                if FLOORS.index(target._meta.app_label) > FLOORS.index(model._meta.app_label):
                    wrong.append(f"{model._meta.label}.{field.name}")

    assert wrong == []


def test_every_machine_is_among_those_that_the_tests_know() -> None:
    found = {model for model in apps.get_models() if issubclass(model, Workflow)}

    assert found == set(MACHINES)


@pytest.mark.parametrize("machine", MACHINES)
def test_every_state_can_be_reached(machine: type[models.Model]) -> None:
    field = machine._meta.get_field("state")
    reached = {field.default} | {target for _source, target, _verb in legal_pairs(machine)}

    assert reached == {value for value, _label in field.choices}


@pytest.mark.parametrize("machine", MACHINES)
def test_every_verb_with_a_button_asks_for_a_right_that_exists(machine: type[models.Model]) -> None:
    rights = {f"{m._meta.app_label}.{p}" for m in apps.get_models() for p in _codenames(m)}

    assert {v.permission for v in verbs_of(machine).values() if v.permission} <= rights


@pytest.mark.parametrize("machine", MACHINES)
def test_every_verb_has_a_label_a_docstring_and_says_once_whose_right_it_is(machine: type[models.Model]) -> None:
    for verb in verbs_of(machine).values():
        assert str(verb.label) not in ("", verb.name), verb.signature
        assert getattr(machine, verb.name).__doc__, verb.signature
        assert [bool(verb.permission), verb.internal, bool(verb.asked_in)].count(True) == 1, verb.signature


@pytest.mark.parametrize("machine", MACHINES)
def test_a_right_that_an_action_asks_for_is_asked_for_by_an_action_that_exists(machine: type[models.Model]) -> None:
    for verb in verbs_of(machine).values():
        if verb.asked_in:
            module, _dot, name = verb.asked_in.rpartition(".")
            assert callable(getattr(import_module(f"apps.{module}"), name)), verb.signature


def test_a_verb_that_does_not_say_whose_right_it_is_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = {"cancel": replace(verbs_of(Job)["cancel"], asked_in="")}
    monkeypatch.setattr("apps.workflow.checks.verbs_of", lambda model: silent if model is Job else {})

    found = machines_are_whole(None)

    assert [(error.id, error.msg) for error in found] == [
        ("workflow.E003", "jobs.job.cancel does not say whose right it is")
    ]


def _codenames(model: type[models.Model]) -> set[str]:
    meta = model._meta
    return {f"{verb}_{meta.model_name}" for verb in meta.default_permissions} | {name for name, _ in meta.permissions}


@pytest.mark.django_db
@pytest.mark.parametrize("machine", MACHINES)
def test_the_database_knows_exactly_the_declared_pairs(machine: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.prosrc, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE t.tgrelid = %s::regclass AND t.tgname LIKE 'pgtrigger_state_moves%%'",
            [machine._meta.db_table],
        )
        ((function, condition),) = cursor.fetchall()

    known = PAIRS_OF_A_FUNCTION.findall(function) + PAIRS_OF_A_CONDITION.findall(condition)
    assert sorted(known) == sorted(legal_pairs(machine))


@pytest.mark.django_db
@pytest.mark.parametrize("machine", MACHINES)
def test_every_machine_keeps_an_append_only_history(machine: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal",
            [event_model_of(machine)._meta.db_table],
        )
        names = [name for (name,) in cursor.fetchall()]

    assert any("append_only" in name for name in names)


@pytest.mark.django_db
@pytest.mark.parametrize("machine", MACHINES)
def test_a_machine_writes_its_history_once_per_statement_and_compares_no_rows(machine: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgtype & 1, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE t.tgrelid = %s::regclass AND NOT t.tgisinternal AND position(%s IN p.prosrc) > 0",
            [machine._meta.db_table, event_model_of(machine)._meta.db_table],
        )
        writers = cursor.fetchall()

    # Old and new rows beside each other are every old row with every new one.
    assert writers
    assert all(not is_per_row and "IS DISTINCT FROM" not in source for is_per_row, source in writers)


@pytest.mark.django_db
def test_migrations_are_whole() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_project_speaks_of_itself_alone() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    forbidden = ["../" + "shared", "/work/" + "main", "/work/" + "shared"]
    texts = (
        ROOT / name
        for name in tracked.split("\0")
        if name.endswith((".py", ".md", ".html", ".js", ".css", ".toml", ".yml"))
    )

    named = [
        str(path) for path in texts if path.exists() and any(word in path.read_text("utf-8") for word in forbidden)
    ]

    assert named == []


def test_only_the_admin_knows_the_admins_theme() -> None:
    desk = (ROOT / "templates" / "desk").rglob("*.html")

    assert [p.name for p in desk if "unfold/" in p.read_text("utf-8") or "admin/base" in p.read_text("utf-8")] == []


@pytest.mark.parametrize("machine", MACHINES)
def test_the_drawn_machine_is_the_declared_one(machine: type[models.Model]) -> None:
    page = ROOT / "docs" / "workflows" / f"{machine._meta.label_lower}.md"

    assert page.read_text("utf-8") == drawn(machine), "run make draw"
