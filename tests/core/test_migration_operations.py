"""Many triggers in one step of a migration."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.writer import MigrationWriter
from pgtrigger.migrations import AddTrigger

from apps.core.migration_operations import AddTriggers
from apps.stores.models import Product

TABLE = Product._meta.db_table


def _triggers() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [TABLE])
        return {name for (name,) in cursor.fetchall()}


@pytest.fixture
def operation() -> AddTriggers:
    triggers = [each.compile(Product) for each in Product._meta.triggers]  # type: ignore[attr-defined]
    return AddTriggers([AddTrigger("product", each) for each in triggers])


@pytest.fixture
def state(operation: AddTriggers) -> ProjectState:
    state = ProjectState.from_apps(apps)
    state.models["stores", "product"] = ModelState.from_model(Product)
    state.models["stores", "product"].options.pop("triggers", None)
    return state


def test_the_state_knows_each_trigger(operation: AddTriggers, state: ProjectState) -> None:
    operation.state_forwards("stores", state)

    noted = state.models["stores", "product"].options["triggers"]
    assert [each.name for each in noted] == [each.trigger.name for each in operation.triggers]
    assert len(noted) >= 2


@pytest.mark.django_db
def test_triggers_are_removed_and_installed_again(operation: AddTriggers, state: ProjectState) -> None:
    before = _triggers()

    with connection.schema_editor(atomic=False) as editor:
        operation.database_backwards("stores", editor, state, state)
        between = _triggers()
        operation.database_forwards("stores", editor, state, state)

    assert len(before - between) == len(operation.triggers)
    assert _triggers() == before


def test_the_operation_can_be_written_down(operation: AddTriggers) -> None:
    text, imports = MigrationWriter.serialize(operation)

    assert text.startswith("apps.core.migration_operations.AddTriggers(")
    assert text.count("AddTrigger(") == len(operation.triggers)
    assert "import apps.core.migration_operations" in imports
