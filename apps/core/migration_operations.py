"""Operations that migrations of this house use beside Django's."""

from collections import ChainMap
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunSQL
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterConstraint,
    AlterField,
    AlterModelOptions,
    CreateModel,
    DeleteModel,
    RemoveConstraint,
    RemoveField,
    RemoveIndex,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

from apps.core.migration_states import FewModels, Key, around, shells, without_classes

# What deals with one table and with nobody who points to it.
KINDS = {
    AddConstraint,
    AddField,
    AddIndex,
    AddTrigger,
    AlterConstraint,
    AlterField,
    AlterModelOptions,
    CreateModel,
    DeleteModel,
    RemoveConstraint,
    RemoveField,
    RemoveIndex,
    RemoveTrigger,
}


def _is_of_one_table(operation: Operation) -> bool:
    """A column that others point to takes their columns along when it changes."""
    if isinstance(operation, AlterField):
        field = operation.field
        return not (field.primary_key or (field.unique and not field.is_relation))
    return type(operation) in KINDS


class AddTriggers(Operation):
    """Many triggers in one step.

    A trigger changes nothing about the historical class of its model, so none is rendered for it but a shell.
    """

    reversible = True
    serialization_expand_args = ["triggers"]

    def __init__(self, triggers: Sequence[AddTrigger]) -> None:
        self.triggers = list(triggers)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Note the triggers among the options, as `makemigrations` expects to find them."""
        for each in self.triggers:
            options = state.models[app_label, each.model_name].options
            options["triggers"] = [*options.get("triggers", []), each.trigger]

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Install each."""
        few = self._few(app_label, to_state)
        for each in self.triggers:
            each.database_forwards(app_label, schema_editor, few, few)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Remove each, the last one first."""
        few = self._few(app_label, to_state)
        for each in reversed(self.triggers):
            each.database_backwards(app_label, schema_editor, few, few)

    def _few(self, app_label: str, state: ProjectState) -> FewModels:
        keys = {(app_label, each.model_name) for each in self.triggers}
        return FewModels(shells(keys, state.models))

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """For the migration's text."""
        return type(self).__name__, [], {"triggers": self.triggers}

    def describe(self) -> str:
        """For `migrate --plan`."""
        return f"Create {len(self.triggers)} triggers"


class Together(Operation):
    """Steps of one table each, for which only the tables they deal with are rendered, and not half of the house.

    They run one after the other as they would alone, each between the models before it and after it. A table may point to
    one that a later step makes: PostgreSQL gets the foreign keys at the migration's end. `makemigrations` writes its
    steps in here by itself (`put_together`).
    """

    reversible = True
    serialization_expand_args = ["operations"]

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = list(operations)
        if wrong := [each.describe() for each in self.operations if not _is_of_one_table(each)]:
            raise ValueError(f"This must stand beside `Together`, not in it: {wrong}.")

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Note every step."""
        with without_classes(state):
            for each in self.operations:
                each.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Run each."""
        for each, before, after in self._steps(app_label, from_state, to_state):
            each.database_forwards(app_label, schema_editor, before, after)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Undo each, the last one first."""
        for each, before, after in reversed(list(self._steps(app_label, to_state, from_state))):
            each.database_backwards(app_label, schema_editor, after, before)

    def _steps(
        self, app_label: str, first: ProjectState, last: ProjectState
    ) -> Iterator[tuple[Operation, FewModels, FewModels]]:
        """Each step with the models around its own as they are before it and after it.

        What is not made yet is taken from the end.
        """
        passing = ProjectState(dict(first.models))
        models = ChainMap(passing.models, last.models)
        for key, steps in groupby(self.operations, partial(_key, app_label)):
            before = around(key, models)
            for each in steps:
                if key in passing.models:
                    passing.models[key] = passing.models[key].clone()
                each.state_forwards(app_label, passing)
                after = around(key, models)
                yield each, before, after
                before = after

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """For the migration's text."""
        return type(self).__name__, [], {"operations": self.operations}

    def describe(self) -> str:
        """For `migrate --plan`."""
        return "; ".join(each.describe() for each in self.operations)


def _key(app_label: str, operation: Any) -> Key:
    name: str = operation.model_name if hasattr(operation, "model_name") else operation.name
    return app_label, name.lower()


def put_together(operations: Sequence[Operation]) -> list[Operation]:
    """The same steps in the same order, those that can be in `Together`."""
    put: list[Operation] = []
    for can_be, run in groupby(operations, _is_of_one_table):
        steps = list(run)
        put += [Together(steps)] if can_be else steps
    return put


def room_on_pages(table: str, percent: int) -> RunSQL:
    """Keep that much of each page of a table free when rows come; pages that are full fill up no further.

    For rows that change soon: the new version finds a place beside the old one. On a full page the old row is locked, and
    that written down, while another page is looked for; and every index learns of the move, also of no change in it.
    """
    return RunSQL(f"ALTER TABLE {table} SET (fillfactor = {100 - percent})", f"ALTER TABLE {table} RESET (fillfactor)")


def room_in_indexes(table: str, percent: int) -> RunSQL:
    """Keep that much of each page of a table's indexes free when rows come; pages that are there stay as they are.

    For rows that move on soon: each move writes an entry beside the old one. On a full page that means looking which old
    entries may go, and then splitting it.

    Django does not recognise an index with such a setting as the one that it made for a key: a later migration that takes
    one away by `db_index=False` first gives the room back, or nothing happens.
    """
    room, no_room = (
        _EACH_INDEX.format(table=table, setting=setting)
        for setting in (f"SET (fillfactor = {100 - percent})", "RESET (fillfactor)")
    )
    return RunSQL(room, no_room)


_EACH_INDEX = """
    DO $$
    DECLARE
        found regclass;
    BEGIN
        FOR found IN
            SELECT i.indexrelid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
            WHERE i.indrelid = '{table}'::regclass AND a.amname = 'btree'
        LOOP
            EXECUTE format('ALTER INDEX %s {setting}', found);
        END LOOP;
    END $$
"""
