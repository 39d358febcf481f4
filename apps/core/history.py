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

Model = TypeVar("Model", bound=models.Model)


def tracked(
    *, births: bool = False, exclude: list[str] | None = None, by_row_only: bool = False
) -> Callable[[type[Model]], type[Model]]:
    """Class decorator: keep this model's history.

    births: also store the row as it was first written; for hand-kept records, not for what files bring by the thousand.
    exclude: columns that must not be copied into the history. by_row_only: nobody asks for the changes of all rows with
    some key, so the history's copies of foreign keys have no index; where rows change by the thousand that is half of
    what their history costs.
    """
    level = pgtrigger.Statement
    trackers: list[Any] = [
        pghistory.UpdateEvent(row="OLD", condition=None, level=level),
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
