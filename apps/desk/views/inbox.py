"""The inbox: what waits for one's decision, what one has asked for, and one request beside the list."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, BinaryIO, cast

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from apps.approvals.actions import attach, comment
from apps.approvals.actions.client import issue_client_link
from apps.approvals.actions.decide import GONE
from apps.approvals.actions.intend import give_decision, take_back
from apps.approvals.actions.subject import withdraw_subject
from apps.approvals.models import Intention
from apps.approvals.rules.steps import Answer, Verdict
from apps.core.errors import DomainError, Invalid
from apps.desk.doors import DeskRequest, attempt, is_fragment, is_htmx, needs, page, tell
from apps.desk.downloads import attachment
from apps.desk.posted import key_in, keys_in
from apps.desk.queries.inbox import TABS as TAB_KEYS
from apps.desk.queries.inbox import attachment_of, items_of, request_sheet, requests_under, waiting_pairs
from apps.desk.queries.listings import elsewhere_of_request
from apps.desk.queries.pending import TAKEN_BACK, Undo, given_triples, no_longer_offered, own_pending, undo_of
from apps.desk.views.tabs import Tab, TabLink, tabs_of
from apps.files.actions import open_file

TABS = (
    Tab("waiting", gettext_lazy("Waiting for me")),
    Tab("effect", gettext_lazy("Taking effect")),
    Tab("asked", gettext_lazy("Asked by me")),
    Tab("decided", gettext_lazy("Decided by me"), is_counted=False),
)
SAID: dict[str, str | Promise] = {
    Answer.APPROVED: gettext_lazy("Approved."),
    Answer.REFUSED: gettext_lazy("Refused."),
    Answer.WAITING: gettext_lazy("Your approval is kept; it now waits for somebody else."),
}
GIVEN_TOGETHER = gettext_lazy("Approved: %(done)s of %(all)s; takes effect at %(time)s.")
MOST_BYTES = 20 * 1024 * 1024
MOST_AT_ONCE = 50


@needs()
def inbox(request: DeskRequest) -> HttpResponse:
    """The list with one request beside it."""
    return _shown(request, _tab(request.GET.get("tab", "")), key_in(request.GET.get("request", "")))


@needs()
@require_POST
def inbox_decide(request: DeskRequest, pk: int) -> HttpResponse:
    """Say yes or no to what was shown; the next request that waits comes up, and for a while it can be taken back."""
    verdict = Verdict.APPROVE if request.POST.get("verdict") == Verdict.APPROVE else Verdict.REFUSE
    following = _after(request, pk)
    given, refusal = attempt(
        request,
        lambda: give_decision(
            pk, verdict=verdict, by=request.by, version=request.POST.get("version", ""),
            comment=request.POST.get("comment", ""),
        ),
    )  # fmt: skip
    if isinstance(given, Intention):
        return _answered(request, following, undo=undo_of([given], request.by))
    return _answered(request, pk if refusal else following, refusal=refusal, sentence=SAID[given or Answer.WAITING])


@needs()
@require_POST
def inbox_bulk(request: DeskRequest) -> HttpResponse:
    """Approve everything that was ticked, each on the version that was shown; what is refused is named."""
    ticked = dict(each.split(":", 1) for each in request.POST.getlist("chosen")[:MOST_AT_ONCE] if ":" in each)
    shown = {key: version for pk, version in ticked.items() if (key := key_in(pk)) is not None}
    given, refused = [], []
    for pk, _version, title in waiting_pairs(request.by, list(shown)):
        done, refusal = attempt(request, _approval(request, pk, shown[pk]))
        given += [done] if done else []
        refused += [(title, refusal)] if refusal else []
    sentence = _("Approved: %(done)s of %(all)s.") % {"done": len(given), "all": len(shown)}
    pending = [each for each in given if isinstance(each, Intention)]
    undo = undo_of(pending, request.by, GIVEN_TOGETHER, done=len(given), all=len(shown)) if pending else None
    return _answered(request, None, sentence=sentence, refused=refused, undo=undo)


@needs()
@require_POST
def inbox_undo(request: DeskRequest) -> HttpResponse:
    """Take one's own decisions back that have not taken effect; the request that was decided comes up again."""
    wanted = request.POST.getlist("intention")[:MOST_AT_ONCE]
    given = given_triples(request.by, keys_in(wanted))
    refused = []
    for pk, _request_pk, title in given:
        _done, refusal = attempt(request, partial(take_back, pk, by=request.by))
        refused += [(title, refusal)] if refusal else []
    return _taken_back(request, given, refused)


@needs()
@require_POST
def inbox_withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    """Take one's own request back."""
    reason = request.POST.get("reason", "")
    _done, refusal = attempt(request, lambda: withdraw_subject(pk, by=request.by, reason=reason))
    return _answered(request, pk, refusal=refusal, sentence=_("Withdrawn."), tab="asked")


@needs()
@require_POST
def inbox_comment(request: DeskRequest, pk: int) -> HttpResponse:
    """Write a remark or a question, with a file or without."""
    _done, refusal = attempt(request, lambda: _talk(request, pk))
    return _answered(request, pk, refusal=refusal, sentence=_("Sent."), tab=_tab(request.POST.get("tab", "")))


@needs("approvals.send_link")
@require_POST
def inbox_link(request: DeskRequest, pk: int) -> HttpResponse:
    """Make the client's link; it is shown this once."""
    token, refusal = attempt(request, lambda: issue_client_link(pk, by=request.by))
    link = request.build_absolute_uri(reverse("desk:client_answer", args=[token])) if token else ""
    return _shown(request, _tab(request.POST.get("tab", "")), pk, refusal=refusal, client_link=link)


@needs()
def inbox_file(request: DeskRequest, pk: int, file_pk: int) -> HttpResponseBase:
    """A file of a request."""
    row = attachment_of(pk, file_pk, request.by)
    if row is None:
        raise Http404
    try:
        return attachment(open_file(row.file), row.file.name)
    except DomainError as gone:
        raise Http404 from gone


def _approval(request: DeskRequest, pk: int, version: str) -> Callable[[], Intention | Answer]:
    return lambda: give_decision(pk, verdict=Verdict.APPROVE, by=request.by, version=version)


def _taken_back(
    request: DeskRequest, given: Sequence[tuple[int, int, str]], refused: list[tuple[str, str]]
) -> HttpResponse:  # fmt: skip
    """One decision brings its request up again, with the sentence if it was too late; several bring the list up."""
    alone = given[0][1] if len(given) == 1 else None
    undone = [pk for pk, _request_pk, _title in given]
    if not given or (alone and refused):
        return _answered(request, alone, refusal=refused[0][1] if refused else str(GONE), undone=undone)
    if alone:
        return _answered(request, alone, sentence=TAKEN_BACK, undone=undone)
    sentence = _("Taken back: %(done)s of %(all)s.") % {"done": len(given) - len(refused), "all": len(given)}
    return _answered(request, None, sentence=sentence, refused=refused, undone=undone)


def _talk(request: DeskRequest, pk: int) -> None:
    upload = request.FILES.get("file")
    text = request.POST.get("text", "")
    if text.strip() or upload is None:
        comment(pk, text=text, by=request.by)
    if upload is not None:
        if not upload.size or upload.size > MOST_BYTES:
            raise Invalid(_("A file may have up to 20 MB, and not be empty."))
        kind = "application/octet-stream"
        attach(pk, source=cast(BinaryIO, upload), name=str(upload.name), by=request.by, content_type=kind)


def _after(request: DeskRequest, pk: int) -> int | None:
    """The request below the decided one, or the first above it."""
    keys = [each.pk for each in requests_under("waiting", request.by)]
    at = keys.index(pk) if pk in keys else 0
    later, earlier = keys[at + 1 :], keys[:at]
    return next(iter(later or earlier), None)


def _shown(request: DeskRequest, tab: str, pk: int | None, **more: Any) -> HttpResponse:
    rows = requests_under(tab, request.by)
    is_chosen = pk is not None
    pk = pk if is_chosen or not rows else rows[0].pk
    sheet = request_sheet(pk, request.by) if pk is not None else None
    if is_chosen and sheet is None and not more and request.method == "GET":
        raise Http404
    context = {
        **more,
        "tab": tab,
        "tabs": _tabs(request, tab),
        "items": items_of(rows, own_pending(rows, request.by) if tab == "effect" else None),
        "sheet": sheet,
        "elsewhere": elsewhere_of_request(sheet.request, request.by) if sheet else [],
        "is_chosen": is_chosen and sheet is not None,
        "fresh": request.method == "POST",
    }
    template = "desk/inbox/_inbox.html" if is_fragment(request, "inbox") else "desk/inbox/inbox.html"
    return page(request, template, context)


def _answered(
    request: DeskRequest, pk: int | None, *, refusal: str = "", sentence: str | Promise = "", tab: str = "waiting",
    refused: list[tuple[str, str]] | None = None, undo: Undo | None = None, undone: Sequence[int] = (),
) -> HttpResponse:  # fmt: skip
    """The list as it is now. Without htmx the browser goes back to its page, which then says it.

    undo: what can be taken back says so itself, with its button. undone: the decisions that no toast offers any more.
    """
    if not is_htmx(request):
        query = {"tab": tab} | ({"request": str(pk)} if pk else {})
        back = HttpResponseRedirect(f"{reverse('desk:inbox')}?{urlencode(query)}")
        said = refusal or (undo.sentence if undo else sentence)
        return tell(request, back, said, tone="bad" if refusal or refused else "good")
    response = _shown(request, tab, pk, refusal=refusal, refused=refused or [], undo=undo)
    return tell(request, response, "" if refusal or undo else sentence, events=no_longer_offered(undone))


def _tabs(request: DeskRequest, current: str) -> list[TabLink]:
    """What takes effect has a tab while there is any."""
    found = tabs_of(TABS, "my", current, request.by)
    return [each for each in found if each.key != "effect" or each.count or each.is_current]


def _tab(wish: str) -> str:
    return wish if wish in TAB_KEYS else TAB_KEYS[0]
