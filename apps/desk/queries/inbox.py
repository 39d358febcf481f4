"""What the inbox shows: the list of requests, and one request with its difference, figures, steps and talk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.approvals.kinds import kind_named
from apps.approvals.models import ApprovalRequest, Attachment, Decision, Voice
from apps.approvals.queries import inbox_of, readable_requests, requests_of, seats_of
from apps.approvals.queries.inbox import voices_open_to
from apps.approvals.queries.intentions import given_by
from apps.approvals.rules.steps import Mode, Verdict, Who
from apps.approvals.workflows.request import RequestState
from apps.core.speech import spoken
from apps.desk.queries.pending import Pending, pending_of
from apps.desk.queries.talk import Remark, remarks_of, said_by
from apps.desk.rules.difference import Piece, pieces
from apps.org.actors import Actor
from apps.org.permissions import ROLES
from apps.stores.kinds import DELISTING, LISTING, PRICE

MOST_ROWS = 50
TABS = ("waiting", "effect", "asked", "decided")
CLASHES = gettext_lazy("Clashes with a promotion")
# Why not, in one press: what fits a kind, and what fits all.
PHRASES: dict[str, list[str | Promise]] = {
    PRICE: [gettext_lazy("Below the floor price"), CLASHES],
    LISTING: [CLASHES],
    DELISTING: [CLASHES],
}
PHRASE_FOR_ALL = gettext_lazy("The reason is not enough")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the list. headline: its first figure, such as how far a price moves. pending: one's own decision."""

    request: ApprovalRequest
    headline: str
    pending: Pending | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of now and then, with what is gone and what is new marked."""

    label: str
    before: list[Piece]
    after: list[Piece]


@dataclass(frozen=True, slots=True)
class Step:
    """One needed voice: whose, and what became of it."""

    who: str
    note: str
    tone: str
    state: str


@dataclass(frozen=True, slots=True)
class RequestSheet:
    """One request as a page shows it. news: what has happened since it was asked, while it is open."""

    request: ApprovalRequest
    note: str
    differences: list[Difference]
    figures: list[tuple[str, str, str, str]]
    warnings: list[str]
    news: list[str]
    steps: list[Step]
    remarks: list[Remark]
    pending: list[Pending]
    attachments: list[Attachment]
    subject_url: str
    phrases: list[str | Promise]
    may_decide: bool
    may_withdraw: bool
    may_send_link: bool


def requests_under(tab: str, by: Actor) -> Sequence[ApprovalRequest]:
    """The requests of a tab: those that wait for this person oldest first, the others newest first; at most fifty."""
    rows: Any
    if tab == "asked":
        rows = requests_of(by)
    elif tab == "effect":
        rows = given_by(by)
    elif tab == "decided":
        mine = Decision.objects.filter(by=by.id).values("request")
        rows = ApprovalRequest.objects.filter(pk__in=mine).order_by("-pk")
    else:
        rows = inbox_of(by)
    return list(rows.select_related("store", "requested_by")[:MOST_ROWS])


def items_of(requests: Sequence[ApprovalRequest], pending: Mapping[int, Pending] | None = None) -> list[Item]:
    """The lines of the list. pending: one's own decisions on their way, by the request's key."""
    own = pending or {}
    return [Item(request, _headline(request), own.get(request.pk)) for request in requests]


def _headline(request: ApprovalRequest) -> str:
    figures = request.shown.get("figures") or [["", ""]]
    return words(figures[0][1])


def request_sheet(pk: int, by: Actor) -> RequestSheet | None:
    """One request that this person may read, in a fixed number of statements, with its history once it has ended; or None."""
    voices = Voice.objects.select_related("employee", "decision__in_stead_of").order_by("position", "pk")
    rows = readable_requests(by).select_related("store", "requested_by", "policy")
    parts = (Prefetch("voices", voices), "intentions", "comments", "attachments__file")
    request = rows.prefetch_related(*parts).filter(pk=pk).first()
    if request is None:
        return None
    pending = pending_of(request, by)
    is_open = request.state == RequestState.OPEN
    may_speak = is_open and not any(each.is_mine for each in pending)
    mine = request.requested_by_id == by.id and by.id is not None
    return RequestSheet(
        request=request, note=words(request.shown.get("note", "")), differences=differences_of(request),
        figures=_figures(request), warnings=[words(each) for each in request.shown.get("warnings", [])],
        news=_news(request) if is_open else [],
        steps=[_step(voice, request) for voice in request.voices.all()], remarks=remarks_of(request),
        pending=pending, attachments=list(request.attachments.all()), subject_url=_subject_url(request),
        phrases=[*PHRASES.get(request.kind, []), PHRASE_FOR_ALL],
        may_decide=may_speak and voices_open_to(by, seats_of(by)).filter(request=request).exists(),
        may_withdraw=is_open and mine, may_send_link=is_open and not mine and _waits_for_client(request, by),
    )  # fmt: skip


def waiting_pairs(by: Actor, keys: Sequence[int]) -> list[tuple[int, str, str]]:
    """Key, version and title of those of these requests that wait for this person, oldest first."""
    rows = inbox_of(by).filter(pk__in=keys)
    return [(row.pk, row.version, row.title) for row in rows]


def words(value: Any) -> str:
    """A shown text in the reader's language."""
    return spoken(value) if isinstance(value, dict) else str(value)


def differences_of(request: ApprovalRequest) -> list[Difference]:
    """Now and then, line by line; all that a client is shown besides title and day."""
    found = []
    for label, before, after in request.shown.get("changes", []):
        gone, new = pieces(words(before), words(after))
        found.append(Difference(words(label), gone, new))
    return found


def _news(request: ApprovalRequest) -> list[str]:
    try:
        since = kind_named(request.kind).since
    except KeyError:
        return []
    return [] if since is None else [str(sentence) for sentence in since(request.subject_id)]


def _figures(request: ApprovalRequest) -> list[tuple[str, str, str, str]]:
    figures = request.shown.get("figures", [])
    return [(words(label), words(value), tone, words(note)) for label, value, tone, note in figures]


def _step(voice: Voice, request: ApprovalRequest) -> Step:
    decision: Decision | None = getattr(voice, "decision", None)
    who = _who(voice)
    if decision is not None:
        tone = "green" if decision.verdict == Verdict.APPROVE else "red"
        return Step(who, said_by(decision), tone, str(decision.get_verdict_display()))
    if request.state != RequestState.OPEN:
        return Step(who, "", "neutral", _("Not needed"))
    if voice.position == request.position:
        note = _("Everybody in this step is needed.") if voice.mode == Mode.ALL else ""
        return Step(who, note, "amber", _("Waits"))
    return Step(who, "", "neutral", _("Later"))


def _who(voice: Voice) -> str:
    if voice.who == Who.ROLE:
        return str(ROLES[voice.role].label) if voice.role in ROLES else voice.role
    return voice.employee.name if voice.employee else _("Client")


def _subject_url(request: ApprovalRequest) -> str:
    try:
        name = kind_named(request.kind).url_name
        return reverse(name, args=[request.subject_id]) if name else ""
    except (KeyError, NoReverseMatch):
        return ""


def _waits_for_client(request: ApprovalRequest, by: Actor) -> bool:
    if not by.may("approvals.send_link") or by.id in request.barred_ids:
        return False
    here = [v for v in request.voices.all() if v.position == request.position and v.who == Who.CLIENT]
    return any(getattr(voice, "decision", None) is None for voice in here)


def attachment_of(request_pk: int, pk: int, by: Actor) -> Attachment | None:
    """A file of a request that this person may read."""
    mine = Q(request__in=readable_requests(by).filter(pk=request_pk).values("pk"))
    return Attachment.objects.filter(mine, pk=pk).select_related("file").first()
