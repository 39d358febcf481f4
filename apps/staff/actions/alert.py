"""Tell the store manager and HR of people whose months ran below the limit (STF-74, STF-75)."""

import datetime as dt
from collections.abc import Collection

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.speech import filled
from apps.notices.actions import tell
from apps.notices.models import Notice
from apps.org.actors import Actor
from apps.org.models import Employee, User
from apps.org.queries import people_with
from apps.staff.models import ScoreSheet
from apps.staff.queries.alerts import LowMonths, low_months
from apps.staff.scope import SCORE, people_under

SENTENCE = _("%(name)s was below %(limit)s points for %(running)s months running. Please talk with each other.")


def tell_of_low_months(month: dt.date, employee_ids: Collection[int]) -> int:
    """Ring once for each person and month: their committee, and HR. Returns of how many people. Nothing else happens."""
    found = low_months(month, employee_ids)
    if not found:
        return 0
    sheets = dict(
        ScoreSheet.objects.filter(month=month, employee__in=[one.employee.pk for one in found]).values_list(
            "employee_id", "pk"
        )
    )
    readers = _readers()
    for one in found:
        users = {user for user, people in readers.items() if people is None or one.employee.pk in people}
        users.discard(one.employee.user_id or 0)
        tell(
            users, key=f"low-months:{one.employee.pk}:{month:%Y%m}", sentence=_said(one),
            url=f"/desk/scores/{sheets[one.employee.pk]}/", tone=Notice.Tone.BAD,
        )  # fmt: skip
    return len(found)


def _said(one: LowMonths) -> Promise:
    return filled(SENTENCE, name=one.employee.name, limit=f"{one.limit.normalize():f}", running=one.running)


def _readers() -> dict[int, set[int] | None]:
    """Who is told, and of whom: HR and whoever sees all stores of everybody, the others of their people."""
    readers: dict[int, set[int] | None] = {}
    for user in User.objects.filter(pk__in=people_with(SCORE) | people_with("staff.keep_sheets")):
        by = Actor.of(user)
        everybody = by.may("staff.see_all_sheets") or (by.may(SCORE) and by.store_ids is None)
        mine = None if everybody else set(Employee.objects.filter(pk__in=people_under(by)).values_list("pk", flat=True))
        readers[user.pk] = mine
    return readers
