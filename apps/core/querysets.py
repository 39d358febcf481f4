"""Querysets with the house's habits: locks in key order, bounded counts."""

from typing import Self, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model, covariant=True)


class HouseQuerySet(models.QuerySet[Row]):
    """The base of every business queryset."""

    def locked(self) -> Self:
        """The rows locked for this transaction, keys ascending, so that two sets never wait in a circle."""
        return self.order_by("pk").select_for_update(of=("self",))

    def count_up_to(self, bound: int) -> int:
        """How many rows there are, counting no further than bound + 1 (performance guide: 0.4 ms at a million)."""
        return self.order_by().values("pk")[: bound + 1].count()
