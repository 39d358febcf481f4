"""Write down the invoice of a statement that both parties have checked (CON-43)."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.contracts.actions.rights import must
from apps.contracts.models import SettlementStatement
from apps.contracts.models.statement import INVOICE_VERB
from apps.contracts.rules.months import month_after
from apps.contracts.workflows.statement import OPEN_WORK
from apps.core.calendar import today
from apps.core.errors import Conflict, Invalid
from apps.core.speech import filled
from apps.org.actors import Actor
from apps.org.scope import the_visible

LONGEST_NUMBER = 40
NOT_YET = _("Only what is approved is invoiced; this statement may still change.")
CORRECTED_FOR_NO_REASON = _("An invoice stands here already. Please give a reason for the correction.")
NOT_THEN = _("Give the day of the invoice, not in the future and not before the month is over.")
TOO_LONG = _("The number of an invoice has at most %(most)s characters.")
NUMBER_TAKEN = _("This invoice number stands on another statement already.")


@transaction.atomic
def record_invoice(pk: int, *, number: str, issued_on: dt.date, by: Actor, reason: str = "") -> SettlementStatement:
    """The invoice of a month was issued; writing it again corrects number and day, and the history keeps both.

    Raises NotFound, NotAllowed, Invalid (number, day, a correction without a reason), Conflict before approval or for a
    number that is taken. Rules: CON-43, FIN-22.
    """
    must(by, "contracts.draft_statement")
    the_visible(SettlementStatement.objects.all(), by, pk=pk)
    row = SettlementStatement.objects.filter(pk=pk).locked().get()
    clean = _number(number)
    if not month_after(row.month) <= issued_on <= today():
        raise Invalid(NOT_THEN, code="day")
    if row.state in OPEN_WORK:
        raise Conflict(NOT_YET, code="not_approved")
    if row.invoice_number and not reason.strip():
        raise Invalid(CORRECTED_FOR_NO_REASON, code="reason_missing")
    with signed(INVOICE_VERB, by=by, reason=reason.strip()):
        _write(row, clean, issued_on)
    row.refresh_from_db()
    return row


def drop_invoice(row: SettlementStatement, *, reason: str, by: Actor) -> None:
    """The figures are open again: the invoice belongs to those before them. The history keeps its number and day (CON-43).

    row: held by the caller, who has asked for the right.
    """
    if not row.invoice_number:
        return
    with signed(INVOICE_VERB, by=by, reason=reason):
        SettlementStatement.objects.filter(pk=row.pk).update(invoice_number="", invoiced_on=None)
    row.refresh_from_db(fields=["invoice_number", "invoiced_on"])


def _number(text: str) -> str:
    clean = "".join(text.replace("\0", "").split())
    if not clean:
        raise Invalid(_("Please give the number of the invoice."), code="no_number")
    if len(clean) > LONGEST_NUMBER:
        raise Invalid(filled(TOO_LONG, most=LONGEST_NUMBER), code="long_number")
    return clean


def _write(row: SettlementStatement, number: str, issued_on: dt.date) -> None:
    try:
        with transaction.atomic():
            SettlementStatement.objects.filter(pk=row.pk).update(invoice_number=number, invoiced_on=issued_on)
    except IntegrityError as error:
        if "one_statement_per_invoice" in str(error):
            raise Conflict(NUMBER_TAKEN, code="number_taken") from error
        raise
