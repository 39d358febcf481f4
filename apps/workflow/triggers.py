"""Triggers made from a declared machine: Postgres refuses what the machine does not allow, whoever asks."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import pgtrigger
from django.db import models

from apps.workflow.base import legal_pairs

Model = TypeVar("Model", bound=models.Model)
SEED_VERB = "core.seed"
VERB = "coalesce(current_setting('opsdesk.verb', true), '')"


def machine(*, initial: str, born_by: Sequence[str] = ()) -> Callable[[type[Model]], type[Model]]:
    """Class decorator: put the model's machine under the database's guard.

    initial: the state in which rows are born. born_by: signatures that may give birth in another state, as a mirrored
    platform order is; the seeding door always may.
    """

    def guarded(model: type[Model]) -> type[Model]:
        pgtrigger.register(_state_moves(model), _state_births(model, initial, born_by))(model)
        return model

    return guarded


def _state_moves(model: type[models.Model]) -> pgtrigger.Trigger:
    pairs = ", ".join(f"('{source}', '{target}', '{signature}')" for source, target, signature in legal_pairs(model))
    return pgtrigger.Trigger(
        name="state_moves",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("state"),  # type: ignore[no-untyped-call]  # untyped in the library
        condition=pgtrigger.Condition("OLD.state IS DISTINCT FROM NEW.state"),
        func=f"""
            IF (OLD.state, NEW.state, {VERB}) NOT IN ({pairs}) THEN
                RAISE EXCEPTION 'state of {model._meta.label_lower}: % -> % as % is not a signed, legal move',
                    OLD.state, NEW.state, {VERB} USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )


def _state_births(model: type[models.Model], initial: str, born_by: Sequence[str]) -> pgtrigger.Trigger:
    midwives = ", ".join(f"'{signature}'" for signature in (SEED_VERB, *born_by))
    return pgtrigger.Trigger(
        name="state_births",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition(f"NEW.state <> '{initial}'"),
        func=f"""
            IF {VERB} NOT IN ({midwives}) THEN
                RAISE EXCEPTION 'a {model._meta.label_lower} is born {initial}, not %', NEW.state
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )


def frozen(columns: Sequence[str], *, unless: Mapping[str, Sequence[str]] | None = None) -> pgtrigger.Trigger:
    """A trigger that refuses a change of these columns, except the listed ones under the listed signatures (ORD-05).

    columns: database column names. unless: signature → columns that it may touch.
    """
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    clauses = [
        _clause(signature, [c for c in columns if c not in allowed]) for signature, allowed in (unless or {}).items()
    ]
    return pgtrigger.Trigger(
        name="frozen_fields",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf(*columns),  # type: ignore[no-untyped-call]  # untyped in the library
        condition=pgtrigger.Condition(changed),
        func=f"""
            {" ".join(clauses)}
            RAISE EXCEPTION 'frozen: % may not change this row of %', {VERB}, TG_TABLE_NAME USING ERRCODE = 'check_violation';
        """,
    )


def _clause(signature: str, still_frozen: list[str]) -> str:
    same = " AND ".join(f"OLD.{column} IS NOT DISTINCT FROM NEW.{column}" for column in still_frozen) or "true"
    return f"IF {VERB} = '{signature}' AND ({same}) THEN RETURN NEW; END IF;"
