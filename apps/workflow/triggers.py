"""Triggers made from a declared machine: Postgres refuses what the machine does not allow, whoever asks."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import pgtrigger
from django.db import models

from apps.workflow.base import legal_pairs

Model = TypeVar("Model", bound=models.Model)
SEED_VERB = "core.seed"
VERB = "coalesce(current_setting('opsdesk.verb', true), '')"
CHANGED = "OLD.state IS DISTINCT FROM NEW.state"


def machine(
    *, initial: str, born_by: Sequence[str] = (), by_the_thousand: bool = False
) -> Callable[[type[Model]], type[Model]]:
    """Class decorator: put the model's machine under the database's guard.

    initial: the state in which rows are born. born_by: signatures that may give birth in another state, as a mirrored
    platform order is; the seeding door always may. by_the_thousand: legal moves and births are known before the trigger's
    function is called; that call is as dear as one of the row's indexes.
    """

    def guarded(model: type[Model]) -> type[Model]:
        moves = _illegal_moves(model) if by_the_thousand else _state_moves(model)
        pgtrigger.register(moves, _state_births(model, initial, born_by, by_the_thousand))(model)
        return model

    return guarded


def _state_moves(model: type[models.Model]) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="state_moves",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("state"),
        condition=pgtrigger.Condition(CHANGED),
        func=f"""
            IF {_is_illegal(model)} THEN
                {_refusal_of_move(model)}
            END IF;
            RETURN NEW;
        """,
    )


def _illegal_moves(model: type[models.Model]) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="state_moves",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("state"),
        condition=pgtrigger.Condition(f"{CHANGED} AND {_is_illegal(model)}"),
        func=_refusal_of_move(model),
    )


def _is_illegal(model: type[models.Model]) -> str:
    pairs = ", ".join(f"('{source}', '{target}', '{signature}')" for source, target, signature in legal_pairs(model))
    return f"(OLD.state, NEW.state, {VERB}) NOT IN ({pairs})"


def _refusal_of_move(model: type[models.Model]) -> str:
    return f"""RAISE EXCEPTION 'state of {model._meta.label_lower}: % -> % as % is not a signed, legal move',
                    OLD.state, NEW.state, {VERB} USING ERRCODE = 'check_violation';"""


def _state_births(
    model: type[models.Model], initial: str, born_by: Sequence[str], by_the_thousand: bool
) -> pgtrigger.Trigger:
    elsewhere = f"NEW.state <> '{initial}'"
    unsigned = f"{VERB} NOT IN ({', '.join(repr(signature) for signature in (SEED_VERB, *born_by))})"
    refusal = f"""RAISE EXCEPTION 'a {model._meta.label_lower} is born {initial}, not %', NEW.state
                    USING ERRCODE = 'check_violation';"""
    asked = f"""
            IF {unsigned} THEN
                {refusal}
            END IF;
            RETURN NEW;
        """
    return pgtrigger.Trigger(
        name="state_births",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition(f"{elsewhere} AND {unsigned}" if by_the_thousand else elsewhere),
        func=refusal if by_the_thousand else asked,
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
        operation=pgtrigger.UpdateOf(*columns),
        condition=pgtrigger.Condition(changed),
        func=f"""
            {" ".join(clauses)}
            RAISE EXCEPTION 'frozen: % may not change this row of %', {VERB}, TG_TABLE_NAME USING ERRCODE = 'check_violation';
        """,
    )


def _clause(signature: str, still_frozen: list[str]) -> str:
    same = " AND ".join(f"OLD.{column} IS NOT DISTINCT FROM NEW.{column}" for column in still_frozen) or "true"
    return f"IF {VERB} = '{signature}' AND ({same}) THEN RETURN NEW; END IF;"
