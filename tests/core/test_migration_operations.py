"""Many triggers, and many steps, in one step of a migration."""

import pytest
from django.apps import apps
from django.core.management import get_commands, load_command_class
from django.db import connection, models
from django.db.migrations import Migration
from django.db.migrations.operations import (
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    RemoveField,
    RenameModel,
    RunSQL,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.writer import MigrationWriter
from pgtrigger.migrations import AddTrigger

from apps.core.migration_operations import AddTriggers, Together, put_together, room_in_indexes, room_on_pages
from apps.orders.models import ShippingOrder
from apps.stores.models import Product
from apps.warehouse.models import Reservation, Shipment, WaveOrder

TABLE = Product._meta.db_table


def _triggers() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [TABLE])
        return {name for (name,) in cursor.fetchall()}


@pytest.fixture
def operation() -> AddTriggers:
    triggers = [each.compile(Product) for each in Product._meta.triggers]
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


def _types(table: str) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s", [table])
        return dict(cursor.fetchall())


def _columns(table: str) -> set[str]:
    return set(_types(table))


def test_steps_put_together_render_no_class_until_somebody_asks(pair: Together, rendered: list[str]) -> None:
    state = ProjectState.from_apps(apps)
    assert state.apps.get_model("stores", "product")
    rendered.clear()

    before = state.clone()
    pair.state_forwards("stores", state)
    after = state.clone()
    noted = list(rendered)

    assert noted == []
    assert {"hen", "egg"}.isdisjoint(before.apps.all_models["stores"])
    assert after.apps.get_model("stores", "hen")._meta.get_field("other").related_model._meta.model_name == "egg"
    assert state.apps.get_model("stores", "product")._meta.get_field("laid_by").related_model._meta.model_name == "hen"


def test_a_step_behind_finds_every_class_as_the_steps_before_it_left_them(pair: Together) -> None:
    state = ProjectState.from_apps(apps)
    assert state.apps.get_model("stores", "product")
    pair.state_forwards("stores", state)

    AddField("hen", "name", models.CharField(max_length=10)).state_forwards("stores", state)

    hen, product = (state.apps.get_model("stores", name) for name in ("hen", "product"))
    assert [field.name for field in hen._meta.local_fields] == ["id", "other", "name"]
    assert product._meta.get_field("laid_by").related_model is hen


@pytest.mark.django_db
def test_a_step_renders_its_own_table_and_those_that_it_points_to(rendered: list[str]) -> None:
    before = ProjectState.from_apps(apps)
    after = before.clone()
    operation = Together([AddField("product", "colour", models.CharField(max_length=10, null=True))])
    operation.state_forwards("stores", after)

    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("stores", editor, before, after)

    keys = Product._meta.local_fields
    around = {"product"} | {field.related_model._meta.model_name for field in keys if field.related_model}
    assert sorted(rendered) == sorted([*around, *around])
    assert "colour" in _columns(TABLE)


@pytest.mark.django_db
def test_steps_put_together_may_build_upon_each_other() -> None:
    before = ProjectState.from_apps(apps)
    after = before.clone()
    operation = Together(
        [
            AddField("product", "colour", models.CharField(max_length=10, null=True)),
            AlterField("product", "colour", models.CharField(max_length=20, null=True)),
            AddIndex("product", models.Index(fields=["colour"], name="by_colour")),
            RemoveField("product", "colour"),
            AddField("product", "colour", models.BigIntegerField(null=True)),
        ]
    )
    operation.state_forwards("stores", after)
    unchanged = _columns(TABLE)

    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("stores", editor, before, after)
    made = _types(TABLE)["colour"]
    with connection.schema_editor(atomic=False) as editor:
        operation.database_backwards("stores", editor, after, before)

    assert made == "bigint"
    assert _columns(TABLE) == unchanged


@pytest.mark.parametrize(
    "step",
    [
        AlterField("product", "id", models.UUIDField(primary_key=True)),
        AlterField("product", "code", models.CharField(max_length=90, unique=True)),
        RenameModel("Product", "Article"),
        RunSQL("SELECT 1"),
    ],
)
def test_a_step_that_takes_others_along_is_not_put_together(step: Operation) -> None:
    with pytest.raises(ValueError, match="This must stand beside `Together`"):
        Together([step])

    assert put_together([step]) == [step]


def test_new_steps_are_put_together_as_far_as_they_can_be() -> None:
    first, second, last = (AddField("product", name, models.TextField(null=True)) for name in ("a", "b", "c"))
    sql = RunSQL("SELECT 1")

    one, between, other = put_together([first, second, sql, last])

    assert (one.operations, between, other.operations) == ([first, second], sql, [last])
    assert put_together([one, between, other]) == [one, between, other]


def test_makemigrations_writes_its_steps_together(capsys: pytest.CaptureFixture[str]) -> None:
    command = load_command_class(get_commands()["makemigrations"], "makemigrations")
    command.verbosity, command.dry_run, command.scriptable, command.include_header = 3, True, False, False
    command.written_files = []
    migration = Migration("0999_colours", "stores")
    migration.operations = [AddField("product", "colour", models.TextField(null=True))]

    command.write_migration_files({"stores": [migration]})

    told = capsys.readouterr().out
    assert "apps.core.migration_operations.Together(" in told
    assert told.count("migrations.AddField(") == 1


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


ROOM = """
    SELECT c.relname, a.amname, coalesce(array_to_string(c.reloptions, ','), '')
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam WHERE i.indrelid = %s::regclass
"""


def _room_in_indexes() -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(ROOM, ["orders_order"])
        return {(kind, options) for _name, kind, options in cursor.fetchall()}


@pytest.mark.django_db
def test_room_is_kept_in_every_ordered_index_of_a_table_and_taken_back() -> None:
    operation, state = room_in_indexes("orders_order", 60), ProjectState.from_apps(apps)

    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("orders", editor, state, state)
        between = _room_in_indexes()
        operation.database_backwards("orders", editor, state, state)

    assert between == {("btree", "fillfactor=40"), ("gin", "")}
    assert _room_in_indexes() == {("btree", ""), ("gin", "")}


def _options(relation: str) -> list[str] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = %s", [relation])
        options: list[str] | None = cursor.fetchone()[0]
    return options


@pytest.mark.django_db
def test_room_is_kept_on_the_pages_of_a_table_and_taken_back() -> None:
    operation, state = room_on_pages("orders_order", 60), ProjectState.from_apps(apps)

    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("orders", editor, state, state)
        between = _options("orders_order")
        operation.database_backwards("orders", editor, state, state)

    assert between == ["fillfactor=40"]
    assert _options("orders_order") is None


@pytest.mark.django_db
@pytest.mark.parametrize("row", [ShippingOrder, Shipment, Reservation])
def test_rows_that_move_on_within_days_have_room_in_the_index_of_their_keys(row: type[models.Model]) -> None:
    assert _options(f"{row._meta.db_table}_pkey") == ["fillfactor=50"]


@pytest.mark.django_db
@pytest.mark.parametrize("row", [WaveOrder, Reservation])
def test_rows_that_are_closed_once_have_room_beside_them(row: type[models.Model]) -> None:
    assert _options(row._meta.db_table) == ["fillfactor=50"]
