"""Many triggers, and many steps, in one step of a migration."""

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations.operations import AddField, CreateModel
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.writer import MigrationWriter
from pgtrigger.migrations import AddTrigger

from apps.core.migration_operations import AddTriggers, Together
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


def _key_to(model: str) -> tuple[str, models.Field]:
    return "other", models.ForeignKey(f"stores.{model}", models.PROTECT, null=True)


@pytest.fixture
def pair() -> Together:
    """Two tables that point to each other, and a column of one that is there already."""
    number = ("id", models.BigAutoField(primary_key=True))
    return Together(
        [
            CreateModel("Hen", [number, _key_to("egg")]),
            CreateModel("Egg", [number, _key_to("hen")]),
            AddField("product", "laid_by", models.ForeignKey("stores.hen", models.PROTECT, null=True)),
        ]
    )


def _columns(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
        return {name for (name,) in cursor.fetchall()}


def test_steps_put_together_render_no_class_until_somebody_asks(pair: Together) -> None:
    state = ProjectState.from_apps(apps)
    assert state.apps.get_model("stores", "product")

    pair.state_forwards("stores", state)

    assert "apps" not in state.__dict__
    assert state.apps.get_model("stores", "hen")._meta.get_field("other").related_model._meta.model_name == "egg"


@pytest.mark.django_db
def test_tables_that_point_to_each_other_are_made_together_and_removed_again(pair: Together) -> None:
    before = ProjectState.from_apps(apps)
    after = before.clone()
    pair.state_forwards("stores", after)

    with connection.schema_editor(atomic=False) as editor:
        pair.database_forwards("stores", editor, before, after)
    made = _columns("stores_hen"), _columns("stores_egg"), "laid_by_id" in _columns(TABLE)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.schema_editor(atomic=False) as editor:
        pair.database_backwards("stores", editor, after, before)

    assert made == ({"id", "other_id"}, {"id", "other_id"}, True)
    assert (_columns("stores_hen"), _columns("stores_egg")) == (set(), set())
    assert "laid_by_id" not in _columns(TABLE)


def test_steps_put_together_can_be_written_down(pair: Together) -> None:
    text, imports = MigrationWriter.serialize(pair)

    assert text.startswith("apps.core.migration_operations.Together(")
    assert text.count("CreateModel(") == 2
    assert "import apps.core.migration_operations" in imports
