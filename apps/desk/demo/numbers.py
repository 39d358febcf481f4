"""Numbers in the shapes that platforms and carriers use. None of them was ever given to anybody."""

import datetime as dt
from random import Random

TAILS = 10**6
JD_EPOCH = dt.date(2000, 1, 1).toordinal()
# Carrier's shape: what stands in front, and how many digits follow; and of a hundred parcels how many, counted up.
CARRIERS = (("73", 12), ("YT", 13), ("77", 13), ("43", 13), ("JT", 13), ("SF", 13))
PARCELS_UP_TO = (34, 60, 74, 86, 94, 100)
JD_CARRIER = ("JDVB", 11)
FRONTS = {"73": "ZTO", "YT": "YTO", "77": "STO", "43": "YUNDA", "JT": "JITU", "SF": "SF", "JD": "JD"}


def tails_of(count: int, dice: Random) -> list[int]:
    """`count` different six-digit tails: no two order numbers of a day are the same."""
    return dice.sample(range(TAILS), count)


def order_number(platform: str, date: dt.date, tail: int, dice: Random) -> str:
    """An order number as the platform writes it: 12 digits at JD, else 19 digits."""
    if platform == "jd":
        return f"3{date.toordinal() - JD_EPOCH:05d}{tail:06d}"
    return f"{'6921' if platform == 'douyin' else '4002'}{date:%y%m%d}{dice.randrange(1000):03d}{tail:06d}"


def line_keys(platform: str, number: str, codes: list[str]) -> list[str]:
    """The platform's own numbers of an order's lines."""
    if platform == "jd":
        return [f"{number}-{nth + 1:02d}-{code}"[:60] for nth, code in enumerate(codes)]
    if len(codes) == 1:
        return [number] * len(codes)
    return [str(int(number) + 1 + nth) for nth in range(len(codes))]


def waybill_number(platform: str, dice: Random) -> str:
    """A waybill number in the shape of one of the carriers."""
    front, digits = JD_CARRIER if platform == "jd" else dice.choices(CARRIERS, cum_weights=PARCELS_UP_TO)[0]
    return f"{front}{dice.randrange(10**digits):0{digits}d}"


def carrier_of(waybill: str) -> str:
    """The code of the carrier whose shape a number has."""
    return FRONTS[waybill[:2]]


def barcode(nth: int) -> str:
    """An EAN-13 from the range for use inside a house, with its check digit."""
    body = f"20{nth:010d}"
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-weighted % 10}"
