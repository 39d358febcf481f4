"""Acts of the past: who did what, in the words and with the stamps that the machines declare."""

import datetime as dt
from collections.abc import Mapping
from random import Random
from typing import Any

from django.db import models

from apps.desk.demo.company import DemoPerson
from apps.org.actors import SYSTEM
from apps.workflow.base import verbs_of
from apps.workflow.seeding import Past, context_of

Machine = type[models.Model]


class Acts:
    """Makes changes for the history; each is a click of its own."""

    def __init__(self, roll: Random) -> None:
        self._roll = roll

    def act(
        self, signature: str, at: dt.datetime, by: DemoPerson | None, changes: Mapping[str, Any], reason: str = ""
    ) -> Past:
        """A signed change. by: None for the house itself."""
        if by is None:
            context = context_of(signature, SYSTEM.id, SYSTEM.name, reason, "task")
        else:
            context = context_of(signature, by.user_id, by.name, reason)
        return Past(at, context, f"{self._roll.getrandbits(128):032x}", changes)

    def move(
        self, machine: Machine, verb: str, at: dt.datetime, by: DemoPerson | None, *, reason: str = "", **also: Any
    ) -> Past:
        """A transition as the machine declares it: its target, its stamps, its signature. also: further columns."""
        spec = verbs_of(machine)[verb]
        changes = {"state": spec.target, **dict.fromkeys(spec.stamps, at), **also}
        return self.act(spec.signature, at, by, changes, reason)
