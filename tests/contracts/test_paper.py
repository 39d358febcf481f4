"""The settlement paper: what it says in Chinese, word for word and cent for cent, from the frozen context alone."""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import translation
from django.utils.translation import gettext

from apps.contracts.actions import Scale, set_clause, submit_statement
from apps.contracts.actions.clauses import first_open_day
from apps.contracts.actions.issue import papers_of
from apps.contracts.documents import settlement_paper
from apps.contracts.models import SettlementStatement
from apps.documents.actions import render
from apps.documents.models import Document
from apps.documents.paper import as_html
from apps.documents.render_server import render_server
from apps.files.actions import open_file
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Company
from tests.contracts.builders import BASE_FEE, LUMP_SUM, SCALE, approve, day
from tests.documents.conftest import text_of
from tests.golden_text import folded, golden

Make = Callable[..., Any]
GOLDEN = Path(__file__).parent / "golden"
AT = dt.datetime(2026, 2, 2, 1, 30, tzinfo=dt.UTC)


@pytest.fixture(scope="module", autouse=True)
def _printer_ends() -> Iterator[None]:
    yield
    render_server().close()


@pytest.fixture
def paper(
    a_contract: Make, drafted: Make, receive: Make, as_otto: Actor, as_dora: Actor, *, an_order: Make
) -> Document:
    """January of a contract that crosses its gate, with a refund of an order."""
    Company.objects.create(name="云汀电商运营有限公司")
    order = an_order(number="2611210000000000009").lead_order
    with time_machine.travel(AT, tick=False):
        contract = a_contract(base_fee=BASE_FEE, lump_sum=LUMP_SUM)
        receive("2026-01-05", "2900000.00", order=order)
        receive("2026-01-08", "409800.50")
        receive("2026-01-20", "-800.00", order=order)
        row = drafted(contract, "2026-01")
        approve(submit_statement(row.pk, by=as_otto), by=as_dora)
        return papers_of(row).get()


@pytest.mark.rule("CON-43", "CON-44", "FIN-23")
def test_the_paper_says_what_the_golden_file_says(paper: Document) -> None:
    render(paper.pk)

    paper.refresh_from_db()
    assert paper.file is not None
    with open_file(paper.file) as stream:
        text = text_of(stream.read())
    expected = golden(GOLDEN / "settlement.zh-hans.txt", "zh-hans", digest=paper.context_digest)
    assert folded(text) == folded(expected)


def test_the_frozen_figures_do_not_change_when_the_contract_does(paper: Document, receive: Make) -> None:
    row = SettlementStatement.objects.select_related("contract__client").get()
    contract, before, digest = row.contract, as_html(paper), paper.context_digest
    contract.client.name = "海鸥电商（更名）"
    contract.client.save()
    half = Scale(SCALE.gate, ((Decimal(0), Decimal("0.05")),))
    set_clause(contract.pk, half, effective_from=first_open_day(contract), by=SYSTEM, reason="补充协议")
    receive("2026-01-25", "1000.00")

    paper.refresh_from_db()

    anew = settlement_paper(SettlementStatement.objects.get())
    assert (anew["client"], paper.context["client"]) == ("海鸥电商（更名）", "青禾家居")
    assert (paper.context_digest, as_html(paper)) == (digest, before)
    assert paper.context["capital"] == "叁拾肆万伍仟玖佰元零伍分"
    assert paper.context["sums"]["total_amount"] == "345900.05"
    assert paper.context["lump_sum"] == {"amount": "300000.00", "reached_on": "2026-01-08", "due_on": "2026-01-15"}
    assert paper.context["due_amount"] == "45900.05"


def test_the_paper_does_not_call_commission_that_is_lost_again_a_gain(
    a_contract: Make, receive: Make, drafted: Make, as_otto: Actor, as_dora: Actor
) -> None:
    contract = a_contract()
    receive("2026-01-05", "3000000")
    receive("2026-02-05", "-100000")
    for month in ("2026-01", "2026-02"):
        row = submit_statement(drafted(contract, month).pk, by=as_otto)
        approve(row, by=as_dora)

    page = as_html(papers_of(row).get())

    assert row.commission_amount == -300_000
    with translation.override("zh-hans"):
        assert gettext("Earlier receipts of the year, no longer above the threshold") in page
        assert gettext("Earlier receipts of the year, now above the threshold") not in page


def test_the_paper_is_for_those_who_may_see_statements(paper: Document, as_otto: Actor, lin: Any) -> None:
    assert Document.objects.all().readable(as_otto).filter(pk=paper.pk).exists()
    assert not Document.objects.all().readable(Actor.of(lin)).filter(pk=paper.pk).exists()
    assert day("2026-01") == dt.date.fromisoformat(paper.context["month"])
