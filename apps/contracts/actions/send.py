"""Send a statement to the client: a signed link, valid for a while, and the days within which an answer is expected."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.contracts.actions.rights import must
from apps.contracts.models import SettlementStatement
from apps.contracts.parameters import ANSWER_DAYS, LINK_DAYS
from apps.contracts.workflows.statement import StatementState
from apps.core.calendar import today
from apps.core.errors import Conflict, NotAllowed
from apps.links.actions import issue_link, revoke_links
from apps.org.actors import Actor
from apps.org.scope import the_visible
from apps.parameters.queries import value_of
from apps.workflow.move import move

PURPOSE = "contracts.statement"
SEND = "contracts.send_statement"
OWN_STATEMENT = _("You have worked this statement out or submitted it; somebody else sends it to the client.")


@transaction.atomic
def send_statement(pk: int, *, by: Actor) -> str:
    """Open the client's door to an approved statement. Returns the token, shown once.

    From today on the client has so many days to answer; silence then counts as a yes (CON-31).
    Raises NotFound, NotAllowed, also for who worked it out or submitted it, IllegalMove.
    """
    must(by, SEND)
    row = the_visible(SettlementStatement.objects.all(), by, pk=pk)
    _check_other_hands(row, by)
    until = today() + dt.timedelta(days=value_of(ANSWER_DAYS))
    move(row.send, by=by, also={"answer_until": until})
    return _opened(row, by)


@transaction.atomic
def new_link(pk: int, *, by: Actor) -> str:
    """Give out another link, because the first was lost; the first one opens nothing any more.

    Raises NotFound, NotAllowed as `send_statement`, Conflict when the statement is not with the client.
    """
    must(by, SEND)
    the_visible(SettlementStatement.objects.all(), by, pk=pk)
    row = SettlementStatement.objects.filter(pk=pk).locked().get()
    _check_other_hands(row, by)
    if row.state != StatementState.SENT:
        raise Conflict(_("Only a statement that is with the client has a link."), code="not_sent")
    return _opened(row, by)


def close_links(row: SettlementStatement) -> None:
    """Whoever still holds a link finds nothing behind it."""
    revoke_links(purpose=PURPOSE, subject=str(row.pk))


def is_own_work(row: SettlementStatement, by: Actor) -> bool:
    """Whether this person made the figures: whoever holds the link answers as the client, so it does not go to them."""
    return by.id is not None and by.id in (row.drafted_by_id, row.submitted_by_id)


def _check_other_hands(row: SettlementStatement, by: Actor) -> None:
    if is_own_work(row, by):
        raise NotAllowed(OWN_STATEMENT, code="four_eyes")


def _opened(row: SettlementStatement, by: Actor) -> str:
    close_links(row)
    return issue_link(purpose=PURPOSE, subject=str(row.pk), valid_for=dt.timedelta(days=value_of(LINK_DAYS)), by=by)
