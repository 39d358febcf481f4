"""Invented calls by the hundred, made from the description: no 5xx, no answer that the description does not know."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.throttling import UserRateThrottle
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from apps.orders.models import ShippingOrder
from opsdesk.wsgi import application
from tests.api.conftest import Program

EXAMPLES = 15
POSITIVE, NEGATIVE = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
NEEDED = {"platform_state": "wait_ship", "placed_at": "2026-11-21T09:00:00+08:00"}
# What JSON Schema cannot say stays out of this check: a bent cursor, a time in the future, a key used before.
LEFT_OUT = [positive_data_acceptance]


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """The calls run inside the test's transaction: the server must not hang up between them."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def operations(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every operation that the description knows."""
    monkeypatch.setattr(UserRateThrottle, "THROTTLE_RATES", {"user": None})
    described = SchemaGenerator().get_schema(public=True)
    # Inventing orders that keep two choices at once takes minutes; `_completed` keeps them instead.
    del described["components"]["schemas"]["OrderInRequest"]["allOf"]
    loaded = schemathesis.openapi.from_dict(described)
    loaded.app = application
    return [result.ok() for result in loaded.get_all_operations()]


def _cases(operation: Any, mode: GenerationMode, real: dict[str, str]) -> st.SearchStrategy[Any]:
    """Half of the calls are about a record that is there."""
    invented = operation.as_strategy(generation_mode=mode)
    if "{number}" not in operation.path:
        return invented.map(_completed) if mode == POSITIVE else invented
    number = real["shipping" if "shipping" in operation.path else "order"]
    return st.one_of(invented, operation.as_strategy(generation_mode=mode, path_parameters={"number": number}))


def _completed(case: Any) -> Any:
    """A push whose orders say the least that they must."""
    if isinstance(case.body, dict):
        case.body = {"orders": [{**NEEDED, **order} for order in case.body["orders"]]}
    return case


def _answers(operation: Any, cases: st.SearchStrategy[Any], token: str) -> set[tuple[str, int]]:
    seen: set[tuple[str, int]] = set()

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(case=cases)
    def call(case: Any) -> None:
        answer = case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, excluded_checks=LEFT_OUT)
        seen.add((operation.label, answer.status_code))

    call()
    return seen


@pytest.mark.usefixtures("_one_connection")
@pytest.mark.parametrize("mode", [POSITIVE, NEGATIVE])
def test_no_invented_call_breaks_anything(
    mode: GenerationMode, operations: list[Any], erp: Program, an_order: Callable[..., ShippingOrder]
) -> None:
    real = {"shipping": an_order(number="100001").number, "order": "100001"}

    seen = set().union(*[_answers(each, _cases(each, mode, real), erp.token) for each in operations])

    assert not [answer for answer in seen if answer[1] >= 500]
    if mode == POSITIVE:
        assert {label for label, status in seen if status == 200} == {each.label for each in operations}
