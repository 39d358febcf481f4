"""Errors as `{"code", "message", "details"}`: a stable code for programs, a sentence for the person behind them."""

import logging
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler as default_handler

from apps.core.errors import Conflict, DomainError, NotAllowed, NotFound

logger = logging.getLogger("opsdesk.api")
Problem = dict[str, Any]
STATUS_OF = {
    NotFound: status.HTTP_404_NOT_FOUND,
    NotAllowed: status.HTTP_403_FORBIDDEN,
    Conflict: status.HTTP_409_CONFLICT,
}
# A row that is not where the caller believes it to be is a conflict, though its class lies on a floor above.
STATUS_OF_CODE = {"illegal_move": status.HTTP_409_CONFLICT}
OWN_CODES = {"permission_denied": "not_allowed"}
RETRY_AFTER_SECONDS = "5"
MOST_PROBLEMS = 100
WHOLE = "non_field_errors"


class BodyTooLarge(exceptions.APIException):
    """More bytes than a request may have; they are not even read."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "body_too_large"
    default_detail = gettext_lazy("The body is too large. Send fewer records at once.")


def status_of(refusal: DomainError) -> int:
    """The HTTP status of a refusal."""
    by_kind = (code for kind, code in STATUS_OF.items() if isinstance(refusal, kind))
    return next(by_kind, STATUS_OF_CODE.get(refusal.code, status.HTTP_422_UNPROCESSABLE_ENTITY))


def problem_of(refusal: DomainError) -> Problem:
    """A refusal as the body of an answer."""
    return {"code": refusal.code, "message": str(refusal), "details": refusal.data}


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an exception in an API view; None for a mistake of ours, which reaches the log."""
    if isinstance(error, DomainError):
        return Response(problem_of(error), status=status_of(error))
    if isinstance(error, OperationalError | InterfaceError):
        return _unavailable(context)
    response = default_handler(_as_api_error(error), context)
    if response is not None:
        response.data = _problem(_as_api_error(error))
    return response


def _unavailable(context: dict[str, Any]) -> Response:
    """A lost or busy database: nothing was changed, and the same request may be sent again."""
    logger.exception("database not available", extra={"path": context["request"].path})
    problem = {"code": "unavailable", "message": _("The server is busy. Send the same request again."), "details": {}}
    headers = {"Retry-After": RETRY_AFTER_SECONDS}
    return Response(problem, status=status.HTTP_503_SERVICE_UNAVAILABLE, headers=headers)


def _as_api_error(error: Exception) -> Exception:
    if isinstance(error, Http404):
        return exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, RequestDataTooBig):
        return BodyTooLarge()
    return error


def _problem(error: Any) -> Problem:
    codes = error.get_codes()
    if isinstance(codes, str):
        return {"code": OWN_CODES.get(codes, codes), "message": str(error.detail), "details": {}}
    fields = list(islice(_flat(error.detail, ""), MOST_PROBLEMS))
    return {"code": "invalid", "message": _("The request cannot be used as it is."), "details": {"fields": fields}}


def _flat(detail: Any, path: str) -> Iterator[dict[str, str]]:
    """Nested errors as one list, each with the address of its field, e.g. `orders.3.lines.0.quantity`."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flat(inner, path if name == WHOLE else f"{path}.{name}".strip("."))
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):
            yield from _flat(inner, f"{path}.{place}".strip(".") if isinstance(inner, dict) else path)
    else:
        yield {"field": path, "code": str(detail.code), "message": str(detail)}
