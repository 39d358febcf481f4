"""The door of people without an account: a signed link, and nothing told to who only guesses one."""

from collections.abc import Callable
from functools import wraps

from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from apps.audit.context import acting_from
from apps.core.errors import NotFound
from apps.org.addresses import client_address
from apps.workflow.move import IllegalMove

MOST_WRONG = 20
WITHIN_SECONDS = 600
TokenView = Callable[[HttpRequest, str], HttpResponseBase]


def behind_a_link(view: TokenView) -> TokenView:
    """A page that a link alone opens. Unknown, used and expired links look the same, and are counted per address."""

    @wraps(view)
    @never_cache
    @sensitive_variables("token")
    def guarded(request: HttpRequest, token: str) -> HttpResponseBase:
        key = f"desk.outside_link.{client_address(request)}"
        if int(cache.get(key, 0)) >= MOST_WRONG:
            return render(request, "outside/closed.html", status=429)
        try:
            with acting_from("page"):
                return view(request, token)
        except (NotFound, IllegalMove):
            cache.add(key, 0, WITHIN_SECONDS)
            cache.incr(key)
            return render(request, "outside/closed.html", status=404)

    return guarded
