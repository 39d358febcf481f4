"""Who is at work: the clerk at the desk of a store, the packer in a warehouse, at an instant of the past."""

import datetime as dt
from collections.abc import Callable
from random import Random

from apps.desk.demo.company import DemoPerson

LATE_SHIFT, EARLY_ENDS = dt.time(13, 30), dt.time(18, 30)


class Roster:
    """Early and late shift take turns from day to day, everybody has a day off a week, and who is away is away."""

    def __init__(self, people: list[DemoPerson]) -> None:
        self._people = [person for person in people if person.user_id]
        self._known: dict[tuple[object, ...], list[DemoPerson]] = {}

    def clerk(self, store: str, at: dt.datetime, dice: Random) -> DemoPerson:
        """Somebody of customer service who works for the store and is on shift; the lead when nobody is."""
        part = (at.time() >= LATE_SHIFT) + (at.time() >= EARLY_ENDS)
        key = (store, at.date(), part)
        if key not in self._known:
            self._known[key] = self._working(
                at.date(), "customer_service", lambda person: store in person.stores and _on_shift(person, at)
            ) or self._everybody("service_lead")
        return dice.choice(self._known[key])

    def packer(self, warehouse_id: int, at: dt.datetime, dice: Random) -> DemoPerson:
        """Somebody of the warehouse; the warehouse's lead when nobody is there."""
        key = (warehouse_id, at.date())
        if key not in self._known:
            here = self._working(at.date(), "warehouse", lambda person: person.warehouse_id == warehouse_id)
            self._known[key] = here or [self.warehouse_lead(warehouse_id)]
        return dice.choice(self._known[key])

    def warehouse_lead(self, warehouse_id: int) -> DemoPerson:
        """Who answers for the warehouse."""
        return next(person for person in self._everybody("warehouse_lead") if person.warehouse_id == warehouse_id)

    def _working(self, date: dt.date, role: str, fits: Callable[[DemoPerson], bool]) -> list[DemoPerson]:
        return [person for person in self._everybody(role) if fits(person) and not _off(person, date)]

    def _everybody(self, role: str) -> list[DemoPerson]:
        return [person for person in self._people if person.role == role]


def _on_shift(person: DemoPerson, at: dt.datetime) -> bool:
    early = (at.date().toordinal() + person.nth) % 2 == 0
    return at.time() < EARLY_ENDS if early else at.time() >= LATE_SHIFT


def _off(person: DemoPerson, date: dt.date) -> bool:
    is_away = any(first <= date < after for first, after in person.away)
    return is_away or (date.toordinal() + 2 * person.nth) % 7 == 0
