"""Number series: the house's own document numbers, unique, and gapless where the number is taken in the same transaction."""

import datetime as dt

from django.db import connection


def next_numbers(series: str, day: dt.date, count: int = 1) -> range:
    """Reserve `count` consecutive running numbers of a series for one business day, starting at 1.

    One statement; the counter row stays locked until the caller's transaction ends, so a rolled-back document leaves no
    gap. Many rows take their numbers in one call.
    """
    if count < 1:
        return range(0)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_numberseries AS s (series, day, last) VALUES (%s, %s, %s) "
            "ON CONFLICT (series, day) DO UPDATE SET last = s.last + excluded.last RETURNING last",
            [series, day, count],
        )
        last: int = cursor.fetchone()[0]
    return range(last - count + 1, last + 1)


def document_number(prefix: str, day: dt.date, running: int) -> str:
    """How a number is printed: prefix, date, at least five digits: `FH20261121-00042`."""
    return f"{prefix}{day:%Y%m%d}-{running:05d}"
