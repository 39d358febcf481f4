"""A kind of request of the tests' own, and the people around it.

wei plans, dora is the director, gu the store manager; all of them know Qinghe.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.approvals import kinds
from apps.approvals.actions import decide, request_approval, withdraw
from apps.approvals.kinds import ApprovalKind
from apps.approvals.models import ApprovalRequest, Policy, PolicyStep
from apps.approvals.rules.shown import Change, Figure, shown_as
from apps.approvals.rules.steps import Answer, Verdict
from apps.core.calendar import today
from apps.org.actors import Actor
from apps.org.models import Absence, Employee, Position, Store, Team, User

KIND = "tests.thing"


@pytest.fixture(autouse=True)
def _kind() -> Iterator[None]:
    kinds.register(ApprovalKind(KIND, "Thing", decide=decide, withdraw=withdraw, url_name="desk:home"))
    yield
    kinds.forget(KIND)


@pytest.fixture
def wei(person: Callable[..., User]) -> User:
    """Planner: asks."""
    return person("wei", "planner")


@pytest.fixture
def dora(person: Callable[..., User]) -> User:
    """Director: decides."""
    return person("dora", "director", stores=())


@pytest.fixture
def gu(person: Callable[..., User]) -> User:
    """Store manager."""
    return person("gu", "manager")


@pytest.fixture
def a_policy(db: None) -> Callable[..., Policy]:
    """Make a policy: `a_policy({"role": "manager"}, {"role": "director", "position": 2})`."""

    def make(*steps: dict[str, Any], store: Store | None = None, **columns: Any) -> Policy:
        columns = {"effective_from": dt.date(2026, 1, 1), "name": "Things", **columns}
        policy = Policy.objects.create(kind=KIND, store=store, **columns)
        PolicyStep.objects.bulk_create([PolicyStep(policy=policy, **step) for step in steps])
        return policy

    return make


@pytest.fixture
def asked(qinghe: Store, wei: User) -> Callable[..., ApprovalRequest]:
    """Ask, by default as wei and about the store itself: `asked(amount="900.00")`."""

    def make(*, by: User | None = None, amount: str = "100.00", store: Store | None = qinghe, subject: Any = None,
             stores: Iterable[Store] | None = None, **more: Any) -> ApprovalRequest:  # fmt: skip
        about = stores if stores is not None else [store] if store else []
        shown = shown_as(
            title="青禾小铺", changes=[Change("Price", "99.00", amount)], figures=[Figure("Margin", "12 %", "good")]
        )
        return request_approval(
            kind=KIND, subject=subject or qinghe, store_ids=[each.pk for each in about],
            facts={"amount": Decimal(amount), "rush": False}, shown=shown, by=Actor.of(by or wei), **more,
        )  # fmt: skip

    return make


@pytest.fixture
def says() -> Callable[..., Answer]:
    """One person's word: `says(dora, request)`, `says(dora, request, "refuse", comment="…")`."""

    def make(user: User, request: ApprovalRequest, verdict: str = Verdict.APPROVE, **more: Any) -> Answer:
        return decide(
            request.pk, verdict=verdict, by=Actor.of(user), version=more.pop("version", request.version), **more
        )

    return make


@pytest.fixture
def an_employee(db: None) -> Callable[..., Employee]:
    """Put a user on staff: `an_employee(dora)`."""

    def make(user: User) -> Employee:
        team, _ = Team.objects.get_or_create(name="运营部")
        position, _ = Position.objects.get_or_create(name="专员")
        return Employee.objects.create(
            number=f"E{user.pk}", name=user.name, user=user, team=team, position=position, joined_on=dt.date(2024, 1, 1)
        )

    return make


@pytest.fixture
def away() -> Callable[..., Absence]:
    """Send somebody on leave today: `away(dora_employee, gu_employee)`."""

    def make(employee: Employee, stand_in: Employee | None = None) -> Absence:
        days = DateRange(today() - dt.timedelta(days=1), today() + dt.timedelta(days=2))
        return Absence.objects.create(employee=employee, stand_in=stand_in, days=days)

    return make


@pytest.fixture
def doras_stand_in(
    dora: User, lin: User, an_employee: Callable[..., Employee], away: Callable[..., Absence]
) -> Absence:
    """Dora is away today, and lin stands in."""
    return away(an_employee(dora), an_employee(lin))
