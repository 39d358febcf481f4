"""When things happen: how many orders a day brings, at which hour, and when the desk and the warehouse work."""

import datetime as dt
from random import Random

from apps.core.calendar import ONE_DAY, SHANGHAI

HOURS = (18, 9, 5, 3, 2, 3, 8, 16, 32, 52, 66, 60, 54, 50, 52, 56, 58, 54, 52, 62, 84, 96, 82, 46)
WEEKDAYS = (98, 96, 95, 97, 103, 113, 110)
# Campaign days in per cent of an ordinary day.
CAMPAIGNS = {
    (11, 1): 170, (11, 10): 140, (11, 11): 450, (11, 12): 130, (12, 11): 130, (12, 12): 240, (6, 1): 140, (6, 17): 130,
    (6, 18): 280, (3, 8): 180, (5, 20): 140, (8, 18): 140, (9, 9): 140,
}  # fmt: skip
DESK_OPENS, DESK_CLOSES = dt.time(8, 30), dt.time(23, 30)
FIRST_ROUND, LAST_ROUND = dt.time(8, 40, 10), dt.time(22, 40, 10)
ROUND = dt.timedelta(minutes=20)
WAVES = (dt.time(9, 20), dt.time(10, 40), dt.time(13, 0), dt.time(14, 10), dt.time(15, 20))
HANDOVERS = (dt.time(12, 10), dt.time(16, 40), dt.time(17, 50))


def orders_by_day(today: dt.date, days: int, total: int) -> dict[dt.date, int]:
    """How many orders each of the last `days` days brings, today as if it were over; together `total`."""
    dates = [today - ONE_DAY * back for back in range(days - 1, -1, -1)]
    weights = [_weight(date, nth, days) for nth, date in enumerate(dates)]
    whole, before, counts = sum(weights), 0, {}
    for date, weight in zip(dates, weights, strict=True):
        counts[date] = total * (before + weight) // whole - total * before // whole
        before += weight
    return counts


def _weight(date: dt.date, nth: int, days: int) -> int:
    """The weekly rhythm, the campaigns, and a fifth more orders at the end than at the beginning."""
    return WEEKDAYS[date.weekday()] * CAMPAIGNS.get((date.month, date.day), 100) * (5 * days + nth)


def moments_of(date: dt.date, count: int, dice: Random) -> list[dt.datetime]:
    """`count` instants of a day as buyers place their orders, sorted."""
    start = dt.datetime.combine(date, dt.time(), SHANGHAI)
    hours = dice.choices(range(24), HOURS, k=count)
    return sorted(start + dt.timedelta(seconds=hour * 3600 + dice.randrange(3600)) for hour in hours)


def next_round(at: dt.datetime) -> dt.datetime:
    """When the desk takes in what came until `at`: every twenty minutes from morning to night."""
    first = dt.datetime.combine(at.date(), FIRST_ROUND, SHANGHAI)
    if at <= first:
        return first
    found = first + ROUND * -((first - at) // ROUND)
    if found.time() > LAST_ROUND or found.date() > at.date():
        return first + ONE_DAY
    return found


def at_the_desk(at: dt.datetime, dice: Random) -> dt.datetime:
    """The instant itself while somebody is at the desk, otherwise some minutes after it opens again."""
    if DESK_OPENS <= at.time() < DESK_CLOSES:
        return at
    opens = dt.datetime.combine(at.date(), DESK_OPENS, SHANGHAI)
    opens += ONE_DAY if at > opens else dt.timedelta()
    return opens + dt.timedelta(seconds=dice.randrange(240, 2_400))


def next_of(times: tuple[dt.time, ...], at: dt.datetime) -> dt.datetime:
    """The next of the day's fixed times (waves, handovers to the carrier) after an instant."""
    for time in times:
        if at.time() < time:
            return dt.datetime.combine(at.date(), time, SHANGHAI)
    return dt.datetime.combine(at.date() + ONE_DAY, times[0], SHANGHAI)
