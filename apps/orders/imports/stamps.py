"""When a file was made, read from its name; and dates hidden in order numbers."""

import datetime as dt
import re

from apps.core.calendar import SHANGHAI


def moment_in(text: str, pattern: re.Pattern[str], form: str) -> dt.datetime | None:
    """The one moment in a text: what `pattern` finds, read as `form`, in Asia/Shanghai.

    None for no such moment, for a date that does not exist, and for several different ones, as in a name that gives the
    days from and to.
    """
    found = set(pattern.findall(text))
    if len(found) != 1:
        return None
    try:
        return dt.datetime.strptime(found.pop(), form).replace(tzinfo=SHANGHAI)
    except ValueError:
        return None
