"""The paper of a statement: issued when it is approved; a revised one replaces the paper before."""

from django.db.models import QuerySet

from apps.contracts.documents import SETTLEMENT, settlement_paper
from apps.contracts.models import SettlementStatement
from apps.core.calendar import today
from apps.documents.actions import issue
from apps.documents.models import Document
from apps.org.actors import Actor


def issue_paper(row: SettlementStatement, *, by: Actor) -> Document:
    """Freeze what the client will read. Expects an open transaction."""
    before = papers_of(row).first()
    return issue(
        SETTLEMENT, context=settlement_paper(row), day=today(), by=by, subject=row, supersedes=before,
        store_id=only_store_of(row),
    )  # fmt: skip


def only_store_of(row: SettlementStatement) -> int | None:
    """The store that the contract is about; None when there are several, which nobody of one store may read (CON-53)."""
    stores = stores_of(row)
    return stores[0] if len(stores) == 1 else None


def stores_of(row: SettlementStatement) -> list[int]:
    """Every store that the contract is or was about, keys ascending."""
    return sorted(set(row.contract.contract_stores.values_list("store_id", flat=True)))


def papers_of(row: SettlementStatement) -> "QuerySet[Document]":
    """The papers of a statement, newest first."""
    papers: QuerySet[Document] = Document.objects.all().about(row)
    return papers.filter(kind=SETTLEMENT)
