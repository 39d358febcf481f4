"""A database is made from nothing in seconds: the history of the house renders few of its classes."""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models
from django.db.migrations import Migration, RunPython
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from apps.core.migration_states import FewModels, RenderedWhenAsked, around, shells


def _history() -> Iterator[Migration]:
    """Every migration, in the order in which an empty database runs them."""
    graph = MigrationLoader(None).graph
    seen = set()
    for leaf in graph.leaf_nodes():
        for key in graph.forwards_plan(leaf):
            if key not in seen:
                seen.add(key)
                yield graph.nodes[key]


def _is_ours(migration: Migration) -> bool:
    return type(migration).__module__.startswith("apps.")


def _columns(model: type[models.Model]) -> dict[str, str | None]:
    return {field.column: field.db_type(connection) for field in model._meta.local_fields}


def _steps(operations: list[Operation]) -> Iterator[Operation]:
    for each in operations:
        yield each
        yield from _steps([*getattr(each, "operations", []), *getattr(each, "database_operations", [])])


def test_no_step_of_ours_renders_the_classes_around_it_anew(rendered: list[str]) -> None:
    state, costs = ProjectState(), {}

    for migration in _history():
        if _is_ours(migration):
            state.__dict__["apps"] = RenderedWhenAsked(dict(state.models), state.real_apps)
        rendered.clear()
        migration.mutate_state(state, preserve=False)
        if rendered:
            costs[str(migration)] = len(rendered)
        state.__dict__.pop("apps", None)

    assert costs == {}, "Write these steps into `Together`, as `manage.py makemigrations` does (docs/adr/0011)."


def test_rows_are_changed_in_sql_by_migrations() -> None:
    in_python = [
        str(migration)
        for migration in _history()
        if _is_ours(migration) and any(isinstance(step, RunPython) for step in _steps(migration.operations))
    ]

    assert in_python == [], "RunPython renders every class there is, twice; SQL says the same for nothing."


def test_a_table_beside_shells_has_the_columns_of_the_whole_house() -> None:
    state = ProjectState.from_apps(apps)

    for model in apps.get_models():
        alone = around((model._meta.app_label, model._meta.model_name), state.models).apps
        beside = alone.get_model(model._meta.app_label, model._meta.model_name)
        assert _columns(beside) == _columns(model), model


def test_a_shell_has_its_table_and_its_key() -> None:
    state = ProjectState.from_apps(apps)

    for model in apps.get_models():
        key = model._meta.app_label, model._meta.model_name
        shell = FewModels(shells([key], state.models)).apps.get_model(*key)
        assert shell._meta.db_table == model._meta.db_table
        assert shell._meta.pk.db_type(connection) == model._meta.pk.db_type(connection)
