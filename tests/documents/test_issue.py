"""Issuing: number, frozen contents, and what nobody can change afterwards."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction

from apps.audit.context import Unsigned, signed
from apps.core.errors import Conflict, Invalid
from apps.core.invariants import broken
from apps.core.models import NumberSeries
from apps.documents.actions import issue
from apps.documents.freezing import digest_of, freeze
from apps.documents.kinds import DocumentKind, register
from apps.documents.models import Document
from apps.documents.models.document import ISSUED_ONCE
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store
from tests.documents.conftest import DAY, slip

ASlip = Callable[..., Document]


@pytest.mark.django_db
def test_a_paper_has_its_number_its_digest_and_who_issued_it(as_lin: Actor, a_slip: ASlip, qinghe: Store) -> None:
    first = a_slip(by=as_lin, subject=qinghe)

    first.refresh_from_db()
    assert (first.number, first.state, first.day, first.language) == ("CS20261121-00001", "issued", DAY, "zh-hans")
    assert (first.issued_by_id, first.issued_by_name) == (as_lin.id, as_lin.name)
    assert first.contents() == freeze(slip())
    assert first.context_digest == digest_of(first.contents())
    assert list(Document.objects.about(qinghe)) == [first]


@pytest.mark.django_db
def test_numbers_of_a_kind_run_on_by_day_and_without_a_gap(a_slip: ASlip) -> None:
    numbers = [a_slip().number for _ in range(3)] + [
        a_slip(kind="payslip").number,
        a_slip(day=DAY.replace(day=22)).number,
    ]

    assert numbers == [
        "CS20261121-00001", "CS20261121-00002", "CS20261121-00003", "CG20261121-00001", "CS20261122-00001",
    ]  # fmt: skip
    assert broken() == []


@pytest.mark.django_db(transaction=True)
def test_an_issue_that_is_rolled_back_leaves_no_gap_and_wakes_no_printer(
    a_slip: ASlip, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[int | None] = []
    monkeypatch.setattr("apps.documents.doorbell.current_app.send_task", lambda *_, args, **__: rung.append(args[0]))

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        issue("slip", context=slip(), day=DAY, by=SYSTEM)
        raise ZeroDivisionError
    kept = a_slip()

    assert kept.number == "CS20261121-00001"
    assert rung == [kept.pk]
    assert NumberSeries.objects.get(series="documents.slip").last == 1


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_issues_many_rings_once(a_slip: ASlip, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[int | None] = []
    monkeypatch.setattr("apps.documents.doorbell.current_app.send_task", lambda *_, args, **__: rung.append(args[0]))

    with transaction.atomic():
        issued = [a_slip() for _ in range(3)]

    assert rung == [issued[0].pk]


@pytest.mark.django_db(transaction=True)
def test_a_paper_is_only_issued_inside_the_verb_that_needs_it() -> None:
    with pytest.raises(Unsigned):
        issue("slip", context=slip(), day=DAY, by=SYSTEM)

    assert not Document.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("column", ISSUED_ONCE)
def test_the_database_refuses_a_bare_change_of_what_was_issued(a_slip: ASlip, column: str) -> None:
    document = a_slip()
    other = {"kind": "x", "context": {"a": 1}, "subject_id": 9, "day": "2020-01-01", "issued_at": "2020-01-01T00:00Z"}
    value = other.get(column, None if column.endswith("_id") else "x")
    if column in {"store_id", "supersedes_id", "warehouse_id", "issued_by_id"}:
        value = 999_999

    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(**{column: b"x" if column == "sealed_context" else value})

    assert Document.objects.values_list(column).get(pk=document.pk)[0] == getattr(document, column)


@pytest.mark.django_db
@pytest.mark.parametrize("columns", [{"file_hash": "0" * 64}, {"rendered_at": "2020-01-01T00:00Z"}])
def test_the_file_is_exchanged_by_the_printer_alone(a_slip: ASlip, columns: dict[str, str]) -> None:
    document = a_slip()

    with (
        pytest.raises(DatabaseError, match="frozen"),
        transaction.atomic(),
        signed("documents.document.hold", by=SYSTEM),
    ):
        Document.objects.filter(pk=document.pk).update(**columns)

    assert Document.objects.get(pk=document.pk).file_hash == ""


@pytest.mark.django_db
def test_a_paper_is_never_removed(a_slip: ASlip) -> None:
    document = a_slip()

    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(pk=document.pk).delete()

    assert Document.objects.filter(pk=document.pk).exists()


@pytest.mark.django_db
def test_a_correction_is_a_new_paper_that_names_the_old_one(a_slip: ASlip) -> None:
    old = a_slip()

    new = a_slip(supersedes=old, lines=3)

    old.refresh_from_db()
    assert (new.number, new.supersedes, old.superseded_by) == ("CS20261121-00002", old, new)
    assert len(old.contents()["lines"]) == 2


@pytest.mark.django_db
def test_a_paper_is_corrected_once_and_by_its_own_kind(a_slip: ASlip) -> None:
    old = a_slip()
    a_slip(supersedes=old)

    with pytest.raises(Conflict) as twice:
        a_slip(supersedes=old)
    with pytest.raises(Invalid) as foreign:
        a_slip(kind="letter", supersedes=old)

    assert (twice.value.code, foreign.value.code) == ("replaced_before", "other_kind")
    assert Document.objects.count() == 2


@pytest.mark.django_db
def test_a_personal_context_is_sealed_and_bound_to_its_number(a_slip: ASlip) -> None:
    letter, other = a_slip(kind="letter"), a_slip(kind="letter")

    letter.refresh_from_db()
    assert letter.context is None
    assert "顺风".encode() not in bytes(letter.sealed_context)
    assert letter.contents() == freeze(slip())
    assert letter.context_digest == other.context_digest
    assert bytes(letter.sealed_context) != bytes(other.sealed_context)


def test_two_kinds_cannot_share_a_prefix() -> None:
    with pytest.raises(ValueError, match="slip"):
        register(DocumentKind("other", "另一种", "CS", "x.html"))
