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
    stores = list(row.contract.contract_stores.values_list("store_id", flat=True))
    before = papers_of(row).first()
    return issue(
        SETTLEMENT, context=settlement_paper(row), day=today(), by=by, subject=row, supersedes=before,
        store_id=stores[0] if len(stores) == 1 else None,
    )  # fmt: skip


def papers_of(row: SettlementStatement) -> "QuerySet[Document]":
    """The papers of a statement, newest first."""
    papers: QuerySet[Document] = Document.objects.all().about(row)
    return papers.filter(kind=SETTLEMENT)
