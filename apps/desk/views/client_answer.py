"""A client's answer without an account: what a signed link opens, and confirm or object (LST-20)."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from apps.approvals.actions.client import LAPSED, ClientPage, answer_as_client, open_client_page
from apps.approvals.rules.steps import Verdict
from apps.core.errors import DomainError, NotFound
from apps.desk.doors import page
from apps.desk.queries.inbox import differences_of, words
from apps.desk.views.outside_link import behind_a_link


@behind_a_link
def client_answer(request: HttpRequest, token: str) -> HttpResponse:
    """The request behind a link, and the answer to it."""
    return _answered(request, token) if request.method == "POST" else _asked(request, open_client_page(token))


def _answered(request: HttpRequest, token: str) -> HttpResponse:
    """Take the answer; a refusal shows the page again with everything that was typed."""
    verdict = Verdict.APPROVE if request.POST.get("verdict") == Verdict.APPROVE else Verdict.REFUSE
    name, comment = request.POST.get("name", ""), request.POST.get("comment", "")
    try:
        answer_as_client(token, verdict=verdict, name=name, version=request.POST.get("version", ""), comment=comment)
    except NotFound:
        raise
    except DomainError as refusal:
        if refusal.code == LAPSED:
            return page(request, "outside/approval_done.html", {"said": refusal, "is_lapsed": True}, status=409)
        typed = {"name": name, "comment": comment, "refusal": str(refusal)}
        return _asked(request, open_client_page(token), status=422, **typed)
    said = _("Thank you. Your confirmation is recorded.") if verdict == Verdict.APPROVE else _objected()
    return page(request, "outside/approval_done.html", {"said": said})


def _objected() -> str:
    return _("Thank you. Your objection is recorded, and nothing changes.")


def _asked(request: HttpRequest, asked: ClientPage, *, status: int = 200, **typed: str) -> HttpResponse:
    context = {
        "asked": asked.request,
        "note": words(asked.request.shown.get("note", "")),
        "differences": differences_of(asked.request),
        **typed,
    }
    return page(request, "outside/approval.html", context, status=status)
