"""What the buttons of a statement do, and what is said when it is done."""

import datetime as dt
from collections.abc import Callable
from functools import partial

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.approvals.actions.intend import give_decision, take_back
from apps.approvals.queries import open_request_of
from apps.contracts.actions import (
    draft_again,
    new_link,
    pay_statement,
    record_confirmation,
    record_invoice,
    record_objection,
    revise_statement,
    send_statement,
    submit_statement,
    withdraw_statement,
)
from apps.contracts.models import SettlementStatement
from apps.core.errors import Conflict, Invalid
from apps.desk.posted import key_in
from apps.desk.queries.pending import TAKEN_BACK
from apps.org.actors import Actor

Act = Callable[[SettlementStatement, QueryDict, Actor], object]


def _open_request(row: SettlementStatement) -> int:
    request = open_request_of(row)
    if request is None:
        raise Conflict(_("Nobody waits for this decision any more."), code="ended")
    return request.pk


def _decided(verdict: str, row: SettlementStatement, data: QueryDict, by: Actor) -> object:
    return give_decision(
        _open_request(row), verdict=verdict, by=by, version=data.get("version", ""), comment=data.get("reason", "")
    )


def _taken_back(_row: SettlementStatement, data: QueryDict, by: Actor) -> None:
    take_back(key_in(data.get("intention", "")) or 0, by=by)


# What a button of the sheet does, and what is said when it is done.
VERBS: dict[str, tuple[Act, str | Promise]] = {
    "draft": (lambda row, _data, by: draft_again(row.pk, by=by), _("The statement was worked out again.")),
    "submit": (
        lambda row, data, by: submit_statement(row.pk, by=by, comment=data.get("reason", "")),
        _("The statement waits for approval."),
    ),
    "recall": (
        lambda row, data, by: withdraw_statement(_open_request(row), by=by, reason=data.get("reason", "")),
        _("The statement is a draft again."),
    ),
    "approve": (partial(_decided, "approve"), _("The statement was approved.")),
    "refuse": (partial(_decided, "refuse"), _("The statement went back to finance.")),
    "undo": (_taken_back, TAKEN_BACK),
    "revise": (
        lambda row, data, by: revise_statement(row.pk, reason=data.get("reason", ""), by=by),
        _("The statement is a draft again."),
    ),
    "confirm": (
        lambda row, data, by: record_confirmation(
            row.pk, name=data.get("name", ""), reason=data.get("reason", ""), by=by
        ),
        _("The confirmation was written down."),
    ),
    "object": (
        lambda row, data, by: record_objection(
            row.pk, name=data.get("name", ""), sentence=data.get("reason", ""), by=by
        ),
        _("The objection was written down."),
    ),
    "invoice": (
        lambda row, data, by: record_invoice(
            row.pk,
            number=data.get("invoice", ""),
            issued_on=day_in(data.get("issued_on", "")),
            by=by,
            reason=data.get("reason", ""),
        ),
        _("The invoice was written down."),
    ),
    "pay": (
        lambda row, data, by: pay_statement(row.pk, paid_on=day_in(data.get("paid_on", "")), by=by),
        _("The payment was written down."),
    ),
}
LINKS: dict[str, Callable[..., str]] = {"send": send_statement, "link": new_link}


def day_in(text: str) -> dt.date:
    """The day in a form. Raises Invalid for anything else."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(_("This is not a day."), code="not_a_day") from error
