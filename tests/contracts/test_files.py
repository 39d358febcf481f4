"""Files of a contract: kept sealed, for who knows every store of it, and each taking is written down."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.db import IntegrityError, InternalError, transaction
from django.utils import timezone

from apps.audit.models import Export
from apps.contracts.actions import attach_file, take_file
from apps.contracts.models import Contract, ContractFile
from apps.core.errors import DomainError, Invalid, NotAllowed, NotFound
from apps.files.actions import expire_files
from apps.files.models import StoredFile
from apps.org.actors import Actor
from apps.org.models import Store, User

Make = Callable[..., Any]
pytestmark = pytest.mark.django_db


def put(contract: Contract, by: Actor, content: bytes = b"signed", **more: Any) -> ContractFile:
    return attach_file(
        contract.pk, source=io.BytesIO(content), name="合同.pdf", by=by, **{"size": len(content), **more}
    )


@pytest.mark.rule("CON-53", "CON-33", "SEC-31")
def test_a_file_is_kept_sealed_and_whoever_takes_it_stands_in_the_book(
    a_contract: Make, as_otto: Actor, as_dora: Actor
) -> None:
    contract = a_contract()

    kept = put(contract, as_otto)
    row, source = take_file(contract.pk, kept.pk, by=as_dora)

    assert (row, source.read(), row.by_name) == (kept, b"signed", "Otto")
    assert list(Export.objects.values_list("user__username", "kind", "query", "rows")) == [
        ("dora", "contract_file", {"contract": contract.number, "file": "合同.pdf"}, 1)
    ]


@pytest.mark.rule("CON-33")
def test_a_file_is_kept_as_long_as_its_contract(a_contract: Make, as_otto: Actor) -> None:
    kept = put(a_contract(), as_otto)

    with time_machine.travel(timezone.now() + dt.timedelta(days=50 * 366), tick=False):
        expire_files()

    assert kept.file.expires_at is None
    assert take_file(kept.contract_id, kept.pk, by=as_otto)[1].read() == b"signed"


@pytest.mark.parametrize("size", [0, 20 * 1024 * 1024 + 1])
def test_a_file_that_is_empty_or_too_large_is_refused(a_contract: Make, as_otto: Actor, size: int) -> None:
    with pytest.raises(Invalid):
        put(a_contract(), as_otto, size=size)

    assert not ContractFile.objects.exists()


def test_who_does_not_keep_contracts_attaches_nothing(a_contract: Make, as_dora: Actor) -> None:
    with pytest.raises(NotAllowed):
        put(a_contract(), as_dora)

    assert not ContractFile.objects.exists()


@pytest.mark.rule("CON-53")
def test_for_who_knows_one_of_two_stores_the_file_is_not_there(
    a_contract: Make, as_otto: Actor, person: Make, *, qinghe: Store, fengdu: Store
) -> None:
    fengdu.client = qinghe.client
    fengdu.save()
    contract = a_contract(stores=(qinghe, fengdu))
    kept = put(contract, as_otto)
    half: User = person("half")
    half.user_permissions.set(Permission.objects.filter(codename__in=["view_contract", "keep_contract"]))

    refusals: list[DomainError] = []
    for act in (lambda: put(contract, Actor.of(half)), lambda: take_file(contract.pk, kept.pk, by=Actor.of(half))):
        with pytest.raises(NotFound) as refusal:
            act()
        refusals.append(refusal.value)

    assert len(refusals) == 2
    assert (ContractFile.objects.count(), Export.objects.count()) == (1, 0)


def test_a_file_of_another_contract_is_not_found_under_this_one(
    a_contract: Make, as_otto: Actor, fengdu: Store, qinghe: Store
) -> None:
    fengdu.client = qinghe.client
    fengdu.save()
    kept = put(a_contract(), as_otto)

    with pytest.raises(NotFound):
        take_file(a_contract(stores=(fengdu,)).pk, kept.pk, by=as_otto)

    assert not Export.objects.exists()


def test_a_file_is_neither_exchanged_nor_removed(a_contract: Make, as_otto: Actor) -> None:
    kept = put(a_contract(), as_otto)

    for act in (lambda: ContractFile.objects.update(by_name="x"), lambda: ContractFile.objects.all().delete()):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            act()

    assert ContractFile.objects.get().by_name == kept.by_name
    assert StoredFile.objects.count() == 1
