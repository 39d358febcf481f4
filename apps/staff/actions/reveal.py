"""Reveal the pay of a month: right, purpose, and a line in the book before a figure is shown."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.audit.models import PAY_PURPOSES, Reveal
from apps.core.errors import Invalid, NotAllowed
from apps.org.actors import Actor
from apps.staff.rules.months import month_of

LONGEST_NOTE, LONGEST_SUBJECT = 200, 80


@transaction.atomic
def reveal_pay(month: dt.date, *, purpose: str, note: str, by: Actor, person: str = "") -> Reveal:
    """Write down that somebody is about to look at everybody's pay of a month, or at one person's, and what for.

    person: the employee number of the one, empty for everybody.
    Raises NotAllowed, Invalid without a known purpose or a note for "other". Rules: SEC-25, STF-122.
    """
    if not by.may("staff.view_payline") or by.user is None:
        raise NotAllowed(_("You do not have the right to do this."))
    if purpose not in PAY_PURPOSES or (purpose == Reveal.Purpose.OTHER and not note.strip()):
        raise Invalid(_("Say for which purpose you need to see the pay."), code="purpose_missing")
    subject = f"staff.payline:{month_of(month):%Y-%m}" + (f":{person}" if person else "")
    return Reveal.objects.create(
        user=by.user, user_name=by.name, subject=subject[:LONGEST_SUBJECT], purpose=purpose,
        note=note.replace("\0", "").strip()[:LONGEST_NOTE],
    )  # fmt: skip
