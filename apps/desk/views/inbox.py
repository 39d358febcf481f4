"""The inbox: what waits for one's decision, what one has asked for, and one request beside the list."""

from collections.abc import Callable
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
from apps.approvals.actions.subject import decide_subject, withdraw_subject
from apps.approvals.rules.steps import Answer, Verdict
from apps.core.errors import DomainError, Invalid
from apps.desk.doors import DeskRequest, attempt, is_fragment, is_htmx, needs, page, tell
from apps.desk.queries.inbox import TABS as TAB_KEYS
from apps.desk.queries.inbox import attachment_of, items_of, request_sheet, requests_under, waiting_pairs
from apps.desk.queries.listings import elsewhere_of_request
from apps.desk.views.files import attachment
from apps.desk.views.tabs import Tab, tabs_of
from apps.files.actions import open_file

TABS = (
    Tab("waiting", gettext_lazy("Waiting for me")),
    Tab("asked", gettext_lazy("Asked by me")),
    Tab("decided", gettext_lazy("Decided by me"), is_counted=False),
)
SAID: dict[str, str | Promise] = {
    Answer.APPROVED: gettext_lazy("Approved."),
    Answer.REFUSED: gettext_lazy("Refused."),
    Answer.WAITING: gettext_lazy("Your approval is kept; it now waits for somebody else."),
}
MOST_BYTES = 20 * 1024 * 1024
MOST_AT_ONCE = 50


@needs()
def inbox(request: DeskRequest) -> HttpResponse:
    """The list with one request beside it."""
    return _shown(request, _tab(request.GET.get("tab", "")), _key(request.GET.get("request", "")))


@needs()
@require_POST
def inbox_decide(request: DeskRequest, pk: int) -> HttpResponse:
    """Say yes or no to what was shown; the next request that waits comes up."""
    verdict = Verdict.APPROVE if request.POST.get("verdict") == Verdict.APPROVE else Verdict.REFUSE
    following = _after(request, pk)
    answer, refusal = attempt(
        request,
        lambda: decide_subject(
            pk, verdict=verdict, by=request.by, version=request.POST.get("version", ""),
            comment=request.POST.get("comment", ""),
        ),
    )  # fmt: skip
    if refusal:
        return _answered(request, pk, refusal=refusal)
    return _answered(request, following, sentence=SAID[answer or Answer.WAITING])


@needs()
@require_POST
def inbox_bulk(request: DeskRequest) -> HttpResponse:
    """Approve everything that was ticked, each on the version that was shown; what is refused is named."""
    ticked = dict(each.split(":", 1) for each in request.POST.getlist("chosen")[:MOST_AT_ONCE] if ":" in each)
    shown = {int(pk): version for pk, version in ticked.items() if pk.isdecimal()}
    done, refused = 0, []
    for pk, _version, title in waiting_pairs(request.by, list(shown)):
        _answer, refusal = attempt(request, _approval(request, pk, shown[pk]))
        done += not refusal
        refused += [(title, refusal)] if refusal else []
    sentence = _("Approved: %(done)s of %(all)s.") % {"done": done, "all": len(shown)}
    return _answered(request, None, sentence=sentence, refused=refused)


@needs()
@require_POST
def inbox_withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    """Take one's own request back."""
    reason = request.POST.get("reason", "").replace("\0", "")
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


def _approval(request: DeskRequest, pk: int, version: str) -> Callable[[], Answer]:
    return lambda: decide_subject(pk, verdict=Verdict.APPROVE, by=request.by, version=version)


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
        "tabs": tabs_of(TABS, "my", tab, request.by),
        "items": items_of(rows),
        "sheet": sheet,
        "elsewhere": elsewhere_of_request(sheet.request, request.by) if sheet else [],
        "is_chosen": is_chosen and sheet is not None,
        "fresh": request.method == "POST",
    }
    template = "desk/inbox/_inbox.html" if is_fragment(request, "inbox") else "desk/inbox/inbox.html"
    return page(request, template, context)


def _answered(
    request: DeskRequest, pk: int | None, *, refusal: str = "", sentence: str | Promise = "", tab: str = "waiting",
    refused: list[tuple[str, str]] | None = None,
) -> HttpResponse:  # fmt: skip
    """The list as it is now. Without htmx the browser goes back to its page, which then says it."""
    if not is_htmx(request):
        query = {"tab": tab} | ({"request": str(pk)} if pk else {})
        back = HttpResponseRedirect(f"{reverse('desk:inbox')}?{urlencode(query)}")
        return tell(request, back, refusal or sentence, tone="bad" if refusal or refused else "good")
    response = _shown(request, tab, pk, refusal=refusal, refused=refused or [])
    return response if refusal else tell(request, response, sentence)


def _tab(wish: str) -> str:
    return wish if wish in TAB_KEYS else TAB_KEYS[0]


def _key(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 18 else None
