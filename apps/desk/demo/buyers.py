"""Who buys: invented people with invented addresses and telephone numbers that nobody has."""

from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Any

from apps.desk.demo.source import dice, read

FEWEST = 20


@dataclass(frozen=True, slots=True)
class Buyer:
    """Somebody who orders, with the address that parcels go to."""

    nick: str
    name: str
    phone: str
    province: str
    city: str
    district: str
    street: str


class Buyers:
    """The buyers of one store; a few of them come back again and again."""

    def __init__(self, store: str, count: int) -> None:
        roll = dice("buyers", store)
        weights = list(accumulate(region["weight"] for region in read("buyers")["regions"]))
        self._all = [_buyer(roll, store, nth, weights) for nth in range(max(count, FEWEST))]

    def one(self, roll: Random) -> Buyer:
        """Somebody; the first ones of the list come more often."""
        place = roll.randrange(len(self._all))
        return self._all[min(place, roll.randrange(len(self._all)))]


def _buyer(roll: Random, store: str, nth: int, weights: list[int]) -> Buyer:
    facts = read("buyers")
    name = roll.choice(facts["surnames"]) + roll.choice(facts["given"])
    nick = f"{roll.choice(facts['nick_heads'])}{roll.choice(facts['nick_tails'])}{nth % 1000:03d}"
    # 199 0000 xxxx: a block that is not given to anybody.
    phone = f"1990000{roll.randrange(10_000):04d}"
    street = (
        f"{roll.choice(facts['streets'])}{roll.randrange(1, 400)}号{roll.choice(facts['places'])}"
        f"{roll.randrange(1, 30)}栋{roll.randrange(101, 2800)}室"
    )
    return Buyer(f"{nick}_{store.lower()}", name, phone, *_region(roll, facts["regions"], weights), street)


def _region(roll: Random, regions: list[dict[str, Any]], weights: list[int]) -> tuple[str, str, str]:
    region = roll.choices(regions, cum_weights=weights)[0]
    city = roll.choice(list(region["cities"]))
    return region["province"], city, roll.choice(region["cities"][city])
