"""Keys to other rows, looked up once per statement instead of once per row.

A foreign key of PostgreSQL asks for each row by itself, in a query of its own, and writes a lock into the row it finds:
for an imported order with its lines that was more than all of its own rows cost. `looked_up_at_once` keeps the same
promise with triggers per statement: no row is written without the row it refers to, and no row goes, or changes its key,
while another refers to it. Unlike a deferred key it holds at the end of the statement, not of the transaction.

Who takes a row away holds it and then waits for all who write the referring table; who changes a key holds that table and
then waits for the row. Should the two wait in a circle, PostgreSQL ends one of them after a second: that one is told by an
OperationalError, with nothing of it done, and the other goes on. A lock taken before the row is held would spare that, at
the cost of a further trigger per key; rows that others refer to hardly ever go.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import pgtrigger
from django.db import models

from apps.core.invariants import Invariant

Model = TypeVar("Model", bound=models.Model)
MISSING = "USING ERRCODE = 'foreign_key_violation'"
_referred_to: set[type[models.Model]] = set()
_departing: set[tuple[type[models.Model], str]] = set()
_looked_up: list["models.ForeignKey[Any, Any]"] = []


def looked_up_at_once(*names: str, changes_too: bool = False) -> Callable[[type[Model]], type[Model]]:
    """Class decorator: the database looks these foreign keys up set-wise. They are declared `db_constraint=False`.

    changes_too: rows get these keys later, by the thousand, so changed rows are looked up set-wise as well.
    Raises TypeError, before anything is registered, for a key that PostgreSQL checks itself, and for a second key to the
    same model from a model of the same name: both would keep it by one trigger, and one of them not at all.
    The refusal to let go what is referred to is a trigger of that other table, as PostgreSQL's own would be; so the
    migration that brings it is of that table's app, and knows the referring table by its name alone.
    """

    def guarded(model: type[Model]) -> type[Model]:
        keys: list[models.ForeignKey[Any, Any]] = [model._meta.get_field(name) for name in names]  # type: ignore[misc]  # of keys
        for key in keys:
            if key.db_constraint:  # type: ignore[attr-defined]  # missing in the stubs
                raise TypeError(f"{model.__name__}.{key.name} is checked by a foreign key already")
        _name_departures(model, keys)
        _looked_up.extend(keys)
        changes = [_given_later(keys)] if changes_too else [_changes(key) for key in keys]
        pgtrigger.register(_births(keys), *changes)(model)
        for key in keys:
            _keep(key.remote_field.model, model, key)
        return model

    return guarded


def no_key_leads_nowhere() -> Invariant:
    """Asks every key again, for what no trigger sees: a restore without triggers, a TRUNCATE of what is referred to."""
    lost = (
        f"SELECT '{_column(key)}' AS key, c.id FROM {key.model._meta.db_table} c WHERE c.{key.column} IS NOT NULL"  # noqa: S608 - names
        f" AND NOT EXISTS (SELECT FROM {_table(key)} p WHERE p.id = c.{key.column})"
        for key in _looked_up
    )
    return Invariant("core.no_key_leads_nowhere", "what a row refers to is there", " UNION ALL ".join(lost))


def _name_departures(model: type[models.Model], keys: list["models.ForeignKey[Any, Any]"]) -> None:
    """Note the trigger of each model that is referred to: its name is of the referring model alone."""
    taken = set(_departing)
    for key in keys:
        departure = (key.remote_field.model, _departure_name(model))
        if departure in taken:
            raise TypeError(f"{model.__name__}.{key.name}: {departure[0].__name__} is kept by {departure[1]} already")
        taken.add(departure)
    _departing.update(taken)


def _departure_name(model: type[models.Model]) -> str:
    return f"rows_with_{model._meta.model_name}_stay"


def _column(key: "models.ForeignKey[Any, Any]") -> str:
    return f"{key.model._meta.db_table}.{key.column}"


def _keep(target: type[models.Model], model: type[models.Model], key: "models.ForeignKey[Any, Any]") -> None:
    pgtrigger.register(_departures(model, key))(target)
    if target not in _referred_to:
        _referred_to.add(target)
        pgtrigger.register(_renaming())(target)


def _births(keys: list["models.ForeignKey[Any, Any]"]) -> pgtrigger.Trigger:
    return _looked_up_after("keys_are_looked_up", pgtrigger.Insert, keys)


def _given_later(keys: list["models.ForeignKey[Any, Any]"]) -> pgtrigger.Trigger:
    return _looked_up_after("new_keys_are_looked_up", pgtrigger.Update, keys)


def _looked_up_after(
    name: str, operation: pgtrigger.core.Operation, keys: list["models.ForeignKey[Any, Any]"]
) -> pgtrigger.Trigger:
    # Executed as text, so that it is planned for the tables as they are: a plan kept since a table was empty reads all
    # of it for every row.
    bounds = ", ".join(f"min({key.column}) AS {key.name}_first, max({key.column}) AS {key.name}_last" for key in keys)
    lost = f"{' OR '.join(map(_is_lost, keys))} FROM (SELECT count(*) AS count, {bounds} FROM new_rows) r"  # noqa: S608 - names
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(new="new_rows"),
        declare=[("is_lost", "boolean")],
        func=f"""
            EXECUTE 'SELECT {lost}' INTO is_lost;
            IF is_lost THEN
                RAISE EXCEPTION '% refers to a row that is not there', TG_TABLE_NAME {MISSING};
            END IF;
            RETURN NULL;
        """,
    )


def _is_lost(key: "models.ForeignKey[Any, Any]") -> str:
    # Keys that were drawn together lie together: where as many rows are there as numbers from the first to the last, none
    # is missing, and counting them costs a tenth of asking for each. Otherwise it is one question per key, by the index,
    # whatever the planner believes.
    first, last = f"r.{key.name}_first", f"r.{key.name}_last"
    there = f"(SELECT count(*) FROM {_table(key)} p WHERE p.id BETWEEN {first} AND {last})"  # noqa: S608 - names
    asked = (
        f"EXISTS (SELECT FROM (SELECT DISTINCT {key.column} AS key FROM new_rows) n WHERE n.key IS NOT NULL "  # noqa: S608 - names
        f"AND (SELECT p.id FROM {_table(key)} p WHERE p.id = n.key) IS NULL)"
    )
    return f"CASE WHEN {last} - {first} < r.count AND {there} > {last} - {first} THEN false ELSE {asked} END"


def _changes(key: "models.ForeignKey[Any, Any]") -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=f"{key.name}_is_looked_up",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf(key.column),
        condition=pgtrigger.Condition(f"OLD.{key.column} IS DISTINCT FROM NEW.{key.column}"),
        func=f"""
            IF NEW.{key.column} IS NOT NULL THEN
                PERFORM 1 FROM {_table(key)} WHERE id = NEW.{key.column} FOR KEY SHARE;
                IF NOT FOUND THEN
                    RAISE EXCEPTION '% refers to a row that is not there', TG_TABLE_NAME {MISSING};
                END IF;
            END IF;
            RETURN NEW;
        """,
    )


def _departures(model: type[models.Model], key: "models.ForeignKey[Any, Any]") -> pgtrigger.Trigger:
    # The lock waits for whoever is writing rows that refer to these, and lets nobody begin: rows hardly ever go.
    table = model._meta.db_table
    return pgtrigger.Trigger(
        name=_departure_name(model),
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Delete,
        referencing=pgtrigger.Referencing(old="old_rows"),
        func=f"""
            LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE;
            IF EXISTS (SELECT FROM {table} c JOIN old_rows o ON o.id = c.{key.column}) THEN
                RAISE EXCEPTION 'a row of % is still referred to by {table}', TG_TABLE_NAME {MISSING};
            END IF;
            RETURN NULL;
        """,
    )


def _renaming() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="key_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("id"),
        condition=pgtrigger.Condition("OLD.id IS DISTINCT FROM NEW.id"),
        func=f"RAISE EXCEPTION 'the key of a row of % stays as it is', TG_TABLE_NAME {MISSING};",
    )


def _table(key: "models.ForeignKey[Any, Any]") -> str:
    return str(key.remote_field.model._meta.db_table)
