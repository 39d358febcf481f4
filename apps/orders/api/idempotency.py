"""The `Idempotency-Key` of writes: read from the header, bound to the request, answered once."""

import json
import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.errors import problem_of, status_of
from apps.core.errors import DomainError, NotAllowed, NotFound
from apps.orders.actions.idempotency import Answer, answer_once
from apps.orders.actions.push import Busy
from apps.orders.models import StoreToken

HEADER = "Idempotency-Key"
REPEATED = "Idempotency-Replayed"
KEY = re.compile(r"[\x21-\x7e]{8,80}")
# These say nothing about the request itself: the same one may go through later.
NOT_KEPT = (NotFound, NotAllowed, Busy)


class KeyMissing(APIException):
    """A write without a key."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "idempotency_key_missing"
    default_detail = _("Send an Idempotency-Key header with every write, a new one for every new request.")


class KeyInvalid(APIException):
    """A key that cannot be kept."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "idempotency_key_invalid"
    default_detail = _("An Idempotency-Key has 8 to 80 printable characters without blanks.")


def key_of(request: Request) -> str:
    """The key of a write. Raises KeyMissing, KeyInvalid."""
    key = request.headers.get(HEADER, "")
    if not key:
        raise KeyMissing
    if not KEY.fullmatch(key):
        raise KeyInvalid
    return key


def answered_once(request: Request, token: StoreToken, key: str, work: Callable[[], Any]) -> Response:
    """Do the work once for this key and answer with what it returns, or with its refusal; a repeat gets the same.

    work: the write; returns the data of the answer. Its refusals are kept like its successes, with nothing changed.
    Raises KeyMismatch, NotFound, NotAllowed, Busy.
    """
    answer = answer_once(token.pk, key, _hash_of(request), lambda: _attempt(work))
    response = Response(json.loads(answer.body), status=answer.status)
    if answer.is_repeat:
        response[REPEATED] = "true"
    return response


def _attempt(work: Callable[[], Any]) -> Answer:
    try:
        with transaction.atomic():
            return Answer(status.HTTP_200_OK, _text(work()))
    except NOT_KEPT:
        raise
    except DomainError as refusal:
        return Answer(status_of(refusal), _text(problem_of(refusal)))


def _text(data: Any) -> str:
    rendered: bytes = JSONRenderer().render(data)
    return rendered.decode()


def _hash_of(request: Request) -> bytes:
    """Of what is asked for: method, address and body, whatever the order and spacing of its fields."""
    body = json.dumps(request.data or {}, sort_keys=True, ensure_ascii=True, default=str)
    return sha256(f"{request.method} {request.path}\n{body}".encode()).digest()
