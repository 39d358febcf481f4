"""Pay slips: issued once per pay line, read by HR and the person alone, each time in the book of exports (SEC-31)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.audit.models import Export
from apps.core.calendar import today
from apps.core.errors import Conflict, NotAllowed, NotFound
from apps.documents.actions import OpenedPaper, issue
from apps.documents.models import Document
from apps.files.actions import open_file
from apps.org.actors import Actor
from apps.org.scope import the_visible
from apps.staff.actions.reveal import reveal_pay
from apps.staff.actions.rights import is_own
from apps.staff.documents import PAY_SLIP, pay_slip
from apps.staff.models import PayLine


@transaction.atomic
def issue_slip(pay_line_pk: int, *, by: Actor) -> Document:
    """The slip of a pay line; a second press gives the same paper, a later pay line's slip replaces the earlier one's.

    Raises NotFound for somebody else's pay.
    """
    line = _seen(pay_line_pk, by)
    PayLine.objects.filter(sheet=line.sheet_id).locked().values_list("pk").first()
    known = slip_of(line)
    if known is not None:
        return known
    before = slip_of(line.supersedes) if line.supersedes is not None else None
    return issue(PAY_SLIP, context=pay_slip(line), day=today(), by=by, subject=line, supersedes=before)


@transaction.atomic
def open_slip(pay_line_pk: int, *, by: Actor, purpose: str = "", note: str = "") -> OpenedPaper:
    """The slip's file; HR says for which purpose, the person takes one's own without.

    Raises NotFound for somebody else's pay or before it was issued, Conflict until it is printed, NotAllowed for a program,
    Invalid without a purpose. Each look stands in the book of exports. Rules: SEC-25, SEC-31.
    """
    line = _seen(pay_line_pk, by)
    document = slip_of(line)
    if document is None:
        raise NotFound(_("This pay slip has not been issued yet."))
    if document.file is None:
        raise Conflict(_("This paper is not printed yet. Please try again in a moment."), code="not_printed")
    if by.user is None:
        raise NotAllowed(_("Only a person may take this paper."))
    if not is_own(line.sheet, by):
        reveal_pay(line.sheet.month, purpose=purpose, note=note, by=by, person=line.sheet.employee.number)
    query = {"number": document.number, "form": "pdf"}
    Export.objects.create(user=by.user, user_name=by.name, kind=f"paper:{PAY_SLIP}", query=query, rows=1)
    return OpenedPaper(document.file.name, open_file(document.file))


def slip_of(line: PayLine) -> Document | None:
    """The paper of a pay line, if there is one."""
    return Document.objects.about(line).filter(kind=PAY_SLIP).select_related("file").first()


def _seen(pk: int, by: Actor) -> PayLine:
    lines = PayLine.objects.select_related("sheet__employee__position", "sheet__employee__team", "supersedes")
    return the_visible(lines, by, pk=pk)
