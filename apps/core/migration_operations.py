"""Operations that migrations of this house use beside Django's."""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger


class AddTriggers(Operation):
    """Many triggers in one step.

    A trigger changes nothing about the historical class of its model, but `AddTrigger` renders that class and all of its
    neighbours anew each time; two hundred triggers cost a third of the time of all migrations. Here they are noted in
    the state without it. `makemigrations` goes on to write `AddTrigger`; put many of them in here by hand.
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
        for each in self.triggers:
            each.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Remove each, the last one first."""
        for each in reversed(self.triggers):
            each.database_backwards(app_label, schema_editor, from_state, to_state)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """For the migration's text."""
        return type(self).__name__, [], {"triggers": self.triggers}

    def describe(self) -> str:
        """For `migrate --plan`."""
        return f"Create {len(self.triggers)} triggers"


class Together(Operation):
    """Several steps for which the historical classes are rendered once, and not after each of them.

    All steps are noted in the state first and then run one after the other, each between the state before all and the
    state after all. So a step must not build upon another one here: fields, indexes and constraints of a new model stand
    inside its `CreateModel`, and a field is touched once. Models may point to each other in any order, because
    PostgreSQL gets the foreign keys at the migration's end. Triggers come behind, in `AddTriggers`: a model that is
    created with them noted gets them twice.
    """

    reversible = True
    serialization_expand_args = ["operations"]

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = list(operations)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Note every step; the classes are rendered when somebody asks for them next."""
        state.__dict__.pop("apps", None)
        for each in self.operations:
            each.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Run each."""
        for each in self.operations:
            each.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Undo each, the last one first."""
        for each in reversed(self.operations):
            each.database_backwards(app_label, schema_editor, from_state, to_state)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """For the migration's text."""
        return type(self).__name__, [], {"operations": self.operations}

    def describe(self) -> str:
        """For `migrate --plan`."""
        return "; ".join(each.describe() for each in self.operations)
