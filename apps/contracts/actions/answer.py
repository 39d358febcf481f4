"""The client's answer: over the signed link without an account, or in writing and written down by finance."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.contracts.actions.send import PURPOSE, close_links
from apps.contracts.models import SettlementStatement
from apps.contracts.models.statement import Answer
from apps.contracts.workflows.statement import StatementState
from apps.core.errors import Invalid, NotFound
from apps.links.actions import follow_link
from apps.notices.actions import tell
from apps.notices.models import Notice
from apps.org.actors import Actor
from apps.org.scope import the_visible
from apps.workflow.move import move

RECORD_ANSWER = "contracts.record_answer"
NOT_VALID = _("This link is not valid, or no longer.")
BOTH = _("You wrote what is not right. To object, press “I object”; to confirm, empty that box first.")
LONGEST_NAME, LONGEST_OBJECTION = 80, 500


@dataclass(frozen=True)
class ClientParty(Actor):
    """Somebody at the client who came through a signed link: may answer this one statement and nothing else."""

    @property
    def is_system(self) -> bool:
        """Never the house itself."""
        return False

    def may(self, permission: str) -> bool:
        """Only answer."""
        return permission in ("", RECORD_ANSWER)


@transaction.atomic
def statement_behind(token: str) -> SettlementStatement:
    """The statement that a link opens, while it waits for its answer.

    Unknown, expired, revoked and used links, and statements that were answered meanwhile, look the same: NotFound.
    """
    key = follow_link(token, purpose=PURPOSE)
    row = (
        SettlementStatement.objects.filter(pk=key, state=StatementState.SENT).select_related("contract__client").first()
    )
    if row is None:
        raise NotFound(NOT_VALID)
    return row


@transaction.atomic
def confirm_by_link(token: str, *, name: str, sentence: str = "") -> SettlementStatement:
    """The client agrees; the link is used up.

    sentence: what stands in the box for an objection. Raises NotFound, Invalid without a name, and when something
    stands there: nobody would ever read it.
    """
    row, party = _answering(token, name)
    if sentence.strip():
        raise Invalid(BOTH, code="confirmed_and_objected")
    move(row.confirm, by=party, reason=str(Answer.LINK.label), also=_answered(Answer.LINK, party.name))
    return _done(row)


@transaction.atomic
def object_by_link(token: str, *, name: str, sentence: str) -> SettlementStatement:
    """The client disagrees and says why; finance is told. Raises NotFound, Invalid without a name or a sentence."""
    row, party = _answering(token, name)
    return _objected(row, sentence, Answer.LINK, by=party, name=party.name)


@transaction.atomic
def record_confirmation(pk: int, *, name: str, reason: str, by: Actor) -> SettlementStatement:
    """The client agreed in writing; the reason says where. Raises NotFound, NotAllowed, Invalid, IllegalMove."""
    row = the_visible(SettlementStatement.objects.all(), by, pk=pk)
    move(row.confirm, by=by, reason=reason, also=_answered(Answer.WRITING, _name(name)))
    return _done(row)


@transaction.atomic
def record_objection(pk: int, *, name: str, sentence: str, by: Actor) -> SettlementStatement:
    """The client disagreed in writing. Raises NotFound, NotAllowed, Invalid, IllegalMove."""
    row = the_visible(SettlementStatement.objects.all(), by, pk=pk)
    return _objected(row, sentence, Answer.WRITING, by=by, name=_name(name))


def _answering(token: str, name: str) -> tuple[SettlementStatement, ClientParty]:
    """The statement, held: of two answers at once the second finds a link that is used up."""
    known = statement_behind(token)
    row = SettlementStatement.objects.filter(pk=known.pk, state=StatementState.SENT).locked().first()
    if row is None:
        raise NotFound(NOT_VALID)
    return row, ClientParty(id=None, name=_name(name))


def _objected(row: SettlementStatement, sentence: str, answer: Answer, *, by: Actor, name: str) -> SettlementStatement:
    said = sentence.replace("\0", "").strip()[:LONGEST_OBJECTION]
    if not said:
        raise Invalid(_("Please say in a sentence what is not right."), code="reason_missing")
    move(row.object, by=by, reason=said, also={**_answered(answer, name), "objection": said})
    return _done(row)


def _answered(answer: Answer, name: str) -> dict[str, str]:
    return {"answer": str(answer), "answered_by": name}


def _name(name: str) -> str:
    clean = " ".join(name.replace("\0", "").split())[:LONGEST_NAME]
    if not clean:
        raise Invalid(_("Please give the name of who answers."), code="name_missing")
    return clean


def _done(row: SettlementStatement) -> SettlementStatement:
    """Close the link and tell who submitted it."""
    close_links(row)
    is_good = row.state == StatementState.CONFIRMED
    sentence = _("The client has confirmed a statement.") if is_good else _("The client objects to a statement.")
    users = [key for key in (row.submitted_by_id, row.drafted_by_id) if key is not None]
    tell(
        users, key=f"statement:{row.pk}:{row.revision}:{row.state}", sentence=sentence,
        url=f"/desk/statements/{row.pk}/", tone=Notice.Tone.GOOD if is_good else Notice.Tone.BAD,
    )  # fmt: skip
    return row
