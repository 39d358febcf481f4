"""A program with a token, and the orders that it pushes."""

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from apps.orders.actions.tokens import issue_token
from apps.org.actors import SYSTEM
from apps.org.models import Store, User

PUSH = "/api/v1/orders/"
PARCELS = "/api/v1/shipping-orders/"


@dataclass
class Program:
    """Calls the API with one token; every write gets a new idempotency key unless told otherwise."""

    token: str
    keys: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def get(self, path: str, **query: Any) -> HttpResponse:
        """Read."""
        return Client().get(path, query, headers=self._headers())

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> HttpResponse:
        """Write. body: data to be sent as JSON, or bytes to be sent as they are."""
        raw = body if isinstance(body, bytes) else json.dumps(body if body is not None else {}).encode()
        headers = {**self._headers(), "Idempotency-Key": f"key-{next(self.keys):08d}" if key is None else key}
        return Client().post(path, raw, content_type="application/json", headers=headers)

    def call(self, method: str, path: str, body: Any = None) -> HttpResponse:
        """Any method."""
        headers = {**self._headers(), "Idempotency-Key": f"key-{next(self.keys):08d}"}
        raw = json.dumps(body or {}).encode()
        return Client().generic(method, path, raw, content_type="application/json", headers=headers)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


@pytest.fixture
def program(qinghe: Store) -> Callable[..., Program]:
    """A program that acts for Qinghe as somebody: `program(lin)`."""

    def make(user: User, *, store: Store | None = None) -> Program:
        return Program(issue_token((store or qinghe).pk, user.pk, "ERP", by=SYSTEM))

    return make


@pytest.fixture
def erp(program: Callable[..., Program], lin: User) -> Program:
    """Lin's program for Qinghe."""
    return program(lin)


def pushed_order(number: str = "2611210000000000001", **columns: Any) -> dict[str, Any]:
    """A paid order with one line, as a program sends it."""
    return {
        "number": number,
        "platform_state": "wait_ship",
        "placed_at": "2026-11-21T09:12:33+08:00",
        "paid_at": "2026-11-21T09:13:00+08:00",
        "goods_amount": "118.00",
        "postage_amount": "10.00",
        "paid_amount": "128.00",
        "contact": {
            "buyer": "tidepool88",
            "receiver": "沈知夏",
            "phone": "13800001234",
            "address": "浙江省 杭州市 西湖区 文三路 1 号",
        },
        "lines": [{"line_key": f"{number}-1", "title": "保温杯", "quantity": 2, "outer_code": "QH-001"}],
        **columns,
    }


def code_of(response: HttpResponse) -> str:
    """The code of a refusal."""
    code: str = json.loads(response.content)["code"]
    return code


def fields_of(response: HttpResponse) -> dict[str, str]:
    """The refused fields with their codes."""
    return {it["field"]: it["code"] for it in json.loads(response.content)["details"]["fields"]}
