"""History: every tracked row keeps what it was, who changed it and why (SEC-28, SEC-29).

Statement-level triggers store the OLD row on update and delete; current row + old rows = full history. No condition:
the library's "did anything change" test joins two transition tables and turns quadratic under a cached plan.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import pghistory
import pgtrigger
from django.apps import apps
from django.db import models
from pghistory import trigger as pghistory_trigger

Model = TypeVar("Model", bound=models.Model)
_CONTEXT = "COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB"
_CLICK = "COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_id', TRUE), ''), NULL)::UUID"
# As the library writes it, and as it is read once for all rows of a statement.
_READ_ONCE = (
    (_CONTEXT, "said.context"),
    (_CLICK, "said.click"),
    (
        "_pgh_attached_context AS ( SELECT _pgh_attach_context() AS value )",
        f"said AS MATERIALIZED ( SELECT {_CONTEXT} AS context, {_CLICK} AS click )",
    ),
    (", _pgh_attached_context;", ", said;"),
)


class _ReadOnce(pghistory_trigger.Event):
    """What rows were before an update. The library reads the signature anew for each row: as dear as the row's indexes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # type: ignore[no-untyped-call]  # untyped in the library
        self.referencing = pgtrigger.Referencing(old="old_values")

    def get_func(self, model: models.Model) -> pgtrigger.Func:
        """The library's statement, the signature read once. Raises ValueError when the library writes it in another way."""
        text: str = super().get_func(model).func  # type: ignore[no-untyped-call]  # untyped in the library
        for written, instead in _READ_ONCE:
            if written not in text:
                raise ValueError(f"the library writes history in another way: no {written}")
            text = text.replace(written, instead)
        return pgtrigger.Func(text)


class _UpdateByTheThousand(pghistory.UpdateEvent):
    """An update's history for rows that change by the thousand."""

    def add_event_trigger(self, event_model: Any) -> None:
        """As the library does, with a trigger of ours."""
        event = _ReadOnce(
            event_model=event_model, label=self.label, name=self.trigger_name, row=self.row, operation=self.operation,
            condition=self.condition, level=self.level,
        )  # fmt: skip
        pgtrigger.register(event)(event_model.pgh_tracked_model)


def tracked(
    *, births: bool = False, exclude: list[str] | None = None, by_row_only: bool = False
) -> Callable[[type[Model]], type[Model]]:
    """Class decorator: keep this model's history.

    births: also store the row as it was first written; for hand-kept records, not for what files bring by the thousand.
    exclude: columns that must not be copied into the history. by_row_only: nobody asks for the changes of all rows with
    some key, so the history's copies of foreign keys have no index; where rows change by the thousand that is half of
    what their history costs. The signature is read once for all of them.
    """
    level = pgtrigger.Statement
    update = _UpdateByTheThousand if by_row_only else pghistory.UpdateEvent
    trackers: list[Any] = [
        update(row="OLD", condition=None, level=level),
        pghistory.DeleteEvent(level=level),
    ]
    if births:
        trackers.append(pghistory.InsertEvent(level=level))
    decorate: Callable[[type[Model]], type[Model]] = pghistory.track(
        *trackers,
        append_only=True,
        exclude=exclude,
        context_field=pghistory.ContextJSONField(),
        context_id_field=pghistory.ContextUUIDField(),
    )
    return _without_key_indexes(decorate) if by_row_only else decorate


def _without_key_indexes(decorate: Callable[[type[Model]], type[Model]]) -> Callable[[type[Model]], type[Model]]:
    def tracks(model: type[Model]) -> type[Model]:
        decorated = decorate(model)
        table = apps.get_registered_model(model._meta.app_label, f"{model.__name__}Event")
        for field in table._meta.local_fields:
            if isinstance(field, models.ForeignKey) and not field.name.startswith("pgh_"):
                field.db_index = False  # type: ignore[attr-defined]  # missing in the stubs
        return decorated

    return tracks
