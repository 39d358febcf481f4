"""Middleware about people: sessions that end, and the language a person reads."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import translation

GetResponse = Callable[[HttpRequest], HttpResponse]
TOUCH_EVERY_SECONDS = 60
LANGUAGES = {code for code, _ in settings.LANGUAGES}


class SessionLimitMiddleware:
    """Ends a session after idle time and after its absolute life, whichever comes first."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer one request."""
        if request.user.is_authenticated:
            now = int(time.time())
            born = request.session.setdefault("born", now)
            seen = request.session.setdefault("seen", now)
            too_old = now - born > settings.SESSION_ABSOLUTE_SECONDS
            if too_old or now - seen > settings.SESSION_IDLE_SECONDS:
                logout(request)
            elif now - seen > TOUCH_EVERY_SECONDS and "HX-Polling" not in request.headers:
                request.session["seen"] = now
        return self.get_response(request)


class LanguageMiddleware:
    """Profile, then cookie, then browser, then Chinese."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer one request."""
        language = language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            # A template response is rendered before the override ends; a streaming one is written in one language.
            response.headers.setdefault("Content-Language", language)
            return response


def language_of(request: HttpRequest) -> str:
    """The language this request is answered in."""
    profile = getattr(request.user, "language", "") if request.user.is_authenticated else ""
    cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    for wish in (profile, cookie):
        if wish in LANGUAGES:
            return wish
    return _browser_language(request.headers.get("Accept-Language", ""))


def _browser_language(header: str) -> str:
    for part in header.split(","):
        wish = part.partition(";")[0].strip().lower()
        if wish.startswith("zh"):
            return "zh-hans"
        if wish.startswith("en"):
            return "en"
    return settings.LANGUAGE_CODE
