"""Middleware of the ground floor: a request id in every log line, clean texts, and refusals turned into answers."""

import logging
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from apps.core.errors import Conflict, DomainError, NotAllowed, NotFound

logger = logging.getLogger("opsdesk.request")
GetResponse = Callable[[HttpRequest], HttpResponse]
STATUS_OF = {NotFound: 404, NotAllowed: 403, Conflict: 409}
RETRY_AFTER_SECONDS = 5


class RequestLogMiddleware:
    """Names each request and logs how it ended; paths carry no personal data, queries are not logged."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer one request."""
        request_id = uuid.uuid4().hex[:16]
        request.request_id = request_id  # type: ignore[attr-defined]  # our own attribute
        started = time.monotonic()
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        if not request.path.startswith(("/static/", "/live", "/ready")):
            logger.info(
                "request",
                extra={
                    "request_id": request_id,
                    "method": request.method,
                    "path": request.path,
                    "status": response.status_code,
                    "milliseconds": round((time.monotonic() - started) * 1000),
                },
            )
        return response


class ZeroCharactersMiddleware:
    """Takes the zero characters out of what a browser sends: no key types one, and no column takes one.

    Stands behind the check of forgery, which has read the form by then. An API, which has no forms, refuses them by itself.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer one request."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any) -> None:
        """Clean the address and the form before the view sees them."""
        if getattr(view, "csrf_exempt", False):
            return
        if _has_zeros(request.GET):
            request.GET = _without_zeros(request.GET)  # type: ignore[assignment]  # immutable, as it was made
        if request.method == "POST" and _has_zeros(request.POST):
            request.POST = _without_zeros(request.POST)  # type: ignore[assignment]  # likewise


def _has_zeros(data: QueryDict) -> bool:
    return any("\0" in text for name, values in data.lists() for text in (name, *map(str, values)))


def _without_zeros(data: QueryDict) -> QueryDict:
    return QueryDict(data.urlencode().replace("%00", ""), encoding=data.encoding)


class DevicesMiddleware:
    """Says which devices pages may use: the camera, to read codes on our own pages, and nothing else."""

    POLICY = "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), serial=()"

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer one request."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self.POLICY)
        return response


class DomainErrorMiddleware:
    """A refusal that no view caught becomes a page with its sentence; a lost database becomes 503, not 500."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer one request."""
        response = self.get_response(request)
        if "Cache-Control" not in response and not request.path.startswith("/static/"):
            response["Cache-Control"] = "no-store"
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer refusals and lost servers; anything else goes on to Django's handler and the log."""
        if isinstance(error, DomainError):
            status = next((code for kind, code in STATUS_OF.items() if isinstance(error, kind)), 422)
            return render(request, "desk/refused.html", {"sentence": error.sentence, "status": status}, status=status)
        if isinstance(error, OperationalError | InterfaceError) and isinstance(error, DatabaseError | InterfaceError):
            logger.exception("database not available", extra={"path": request.path})
            response = render(request, "desk/unavailable.html", status=503)
            response["Retry-After"] = str(RETRY_AFTER_SECONDS)
            return response
        return None
