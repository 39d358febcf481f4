"""What every view of the desk stands on: who may come in, who acts, and how an answer or a refusal goes back."""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from apps.audit.context import acting_from
from apps.core.errors import DomainError, NotAllowed
from apps.desk.queries.account import must_change_password
from apps.desk.queries.counts import forget_counts
from apps.org.actors import Actor
from apps.org.models import User
from apps.org.scope import visible

STOP_POLLING = 286
Params = ParamSpec("Params")
Row = TypeVar("Row", bound=models.Model)
Result = TypeVar("Result")


class DeskRequest(HttpRequest):
    """A request that came through `needs`: somebody is logged in, and `by` acts."""

    user: User
    by: Actor


DeskView = Callable[Concatenate[DeskRequest, Params], HttpResponseBase]
PlainView = Callable[Concatenate[HttpRequest, Params], HttpResponseBase]


def needs(*permissions: str, even_with_old_password: bool = False) -> Callable[[DeskView[Params]], PlainView[Params]]:
    """Let in only people who are logged in, have a password of their own, and hold all these rights.

    Nothing else about a request is trusted: rows are asked for through `visible`.
    """

    def decorate(view: DeskView[Params]) -> PlainView[Params]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: Params.args, **kwargs: Params.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_login(request)
            if not even_with_old_password and must_change_password(request.user):
                return go(request, reverse("desk:password"))
            entered = cast(DeskRequest, request)
            entered.by = Actor.of(request.user)
            if not all(entered.by.may(permission) for permission in permissions):
                raise NotAllowed(_("You do not have the right to see this page."))
            with acting_from("page"):
                return view(entered, *args, **kwargs)

        guarded.needs = permissions  # type: ignore[attr-defined]  # read by the test that no view forgot it
        return guarded

    return decorate


def is_fragment(request: HttpRequest, target: str) -> bool:
    """Whether htmx asks for this region alone. Going back in history always gets the whole page."""
    restoring = request.headers.get("HX-History-Restore-Request") == "true"
    return request.headers.get("HX-Target") == target and not restoring


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asked."""
    return request.headers.get("HX-Request") == "true"


def is_polling(request: HttpRequest) -> bool:
    """Whether nobody pressed anything: the page asks by itself."""
    return "HX-Polling" in request.headers


def is_standing(request: HttpRequest) -> bool:
    """Whether a sheet was asked for from its own page, where there is no drawer to close or to leave."""
    return "HX-Standing" in request.headers


def found(queryset: "models.QuerySet[Row]", by: Actor, **key: Any) -> Row:
    """The row, if this person may know of it; otherwise the same 404 as for a row that is not there."""
    row = visible(queryset, by).filter(**key).first()
    if row is None:
        raise Http404
    return row


def page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page or a fragment; caches keep the two apart."""
    response = render(request, template, context, status=status)
    response["Vary"] = "HX-Request, HX-Target, HX-Standing, Cookie"
    return response


def go(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser there: the whole window when htmx asked for a region."""
    if is_polling(request):
        return HttpResponse(status=STOP_POLLING)
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def next_of(request: HttpRequest, otherwise: str) -> str:
    """Where the person wanted to go, if that is on this site."""
    wish = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wish, {request.get_host()}, require_https=request.is_secure())
    return wish if safe and wish.startswith("/") else otherwise


def attempt(request: DeskRequest, act: Callable[[], Result]) -> tuple[Result | None, str]:
    """Do one thing; a refusal comes back as its sentence."""
    try:
        done = act()
    except DomainError as refusal:
        return None, str(refusal)
    finally:
        forget_counts(request.by)
    return done, ""


def tell(
    request: HttpRequest,
    response: HttpResponse,
    sentence: str | Promise,
    *,
    tone: str = "good",
    events: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show a sentence as a toast: at once by htmx, on the next page otherwise. events: further news for the page."""
    if is_htmx(request):
        news = dict(events or {})
        if sentence:
            news["toast"] = {"text": str(sentence), "tone": tone}
        if news:
            response["HX-Trigger"] = json.dumps(news)
    elif sentence:
        level = messages.ERROR if tone == "bad" else messages.SUCCESS
        messages.add_message(request, level, str(sentence))
    return response


def _to_login(request: HttpRequest) -> HttpResponse:
    wanted = request.get_full_path()
    if is_htmx(request):
        shown = urlsplit(request.headers.get("HX-Current-URL", ""))
        wanted = f"{shown.path}?{shown.query}" if shown.query else shown.path
    return go(request, f"{reverse('desk:login')}?{urlencode({'next': wanted})}")
