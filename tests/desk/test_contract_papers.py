"""At the desk: the invoice of a statement, the money that came too late, and the files of a contract."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.audit.models import Export
from apps.contracts.actions import attach_file, end_contract, record_invoice
from apps.contracts.models import ContractFile, SettlementStatement
from apps.desk.queries import contracts as queries
from apps.org.actors import SYSTEM, Actor
from apps.org.models import User
from tests.contracts.builders import approve, day
from tests.desk.pages import text_of

pytest_plugins = ["tests.contracts.builders"]
Browse = Callable[..., Client]
Make = Callable[..., Any]


@pytest.fixture
def approved(a_contract: Make, receive: Make, submitted: Make, as_dora: Actor) -> SettlementStatement:
    """January of a contract that ended with it, approved."""
    receive("2026-01-05", "4000000")
    contract = a_contract()
    end_contract(contract.pk, on=day("2026-01-31"), reason="解约", by=SYSTEM)
    row: SettlementStatement = submitted(contract, "2026-01")
    approve(row, by=as_dora)
    return row


@pytest.mark.rule("CON-43")
def test_finance_writes_the_invoice_down_on_the_statement(
    browse: Browse, approved: SettlementStatement, otto: User
) -> None:
    client = browse(otto, htmx="sheet")
    address = f"/desk/statements/{approved.pk}/"

    before = text_of(client.get(address))
    done = text_of(client.post(f"{address}invoice/", {"invoice": "202600000001", "issued_on": "2026-02-03"}))
    wrong = text_of(client.post(f"{address}invoice/", {"invoice": "", "issued_on": "2026-02-03"}))
    corrected = {"invoice": "202600000002", "issued_on": "2026-02-04"}
    bare = text_of(client.post(f"{address}invoice/", corrected))

    approved.refresh_from_db()
    assert "Record the invoice…" in before
    assert '202600000001 <span class="muted">2026-02-03</span>' in done
    assert "Please give the number of the invoice." in wrong
    assert "Please give a reason for the correction." in bare
    assert (approved.invoice_number, approved.invoiced_on) == ("202600000001", day("2026-02-03"))
    assert ['id="invoice-reason"' in shown for shown in (before, done)] == [False, True]
    client.post(f"{address}invoice/", {**corrected, "reason": "红冲重开"})
    approved.refresh_from_db()
    assert approved.invoice_number == "202600000002"


def test_who_only_reads_statements_is_not_offered_the_invoice(
    browse: Browse, approved: SettlementStatement, dora: User
) -> None:
    client = browse(dora, htmx="sheet")

    shown = text_of(client.get(f"/desk/statements/{approved.pk}/"))
    refused = text_of(
        client.post(f"/desk/statements/{approved.pk}/invoice/", {"invoice": "1", "issued_on": "2026-02-03"})
    )

    approved.refresh_from_db()
    assert "Record the invoice" not in shown
    assert "You do not have the right to do this." in refused
    assert approved.invoice_number == ""


@pytest.mark.rule("CON-37")
def test_the_page_of_an_ended_contract_lists_what_came_too_late(
    browse: Browse, approved: SettlementStatement, receive: Make, otto: User
) -> None:
    address = f"/desk/contracts/{approved.contract_id}/"
    client = browse(otto)

    before = text_of(client.get(address))
    receive("2026-01-30", "123.45")
    after = text_of(client.get(address))

    assert ["Receipts after the last statement" in page for page in (before, after)] == [False, True]
    assert "¥123.45" in after


@pytest.mark.rule("CON-37")
def test_of_many_late_receipts_the_page_says_how_many_and_how_much_there_are(
    browse: Browse, approved: SettlementStatement, receive: Make, otto: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_LATE", 1)
    receive("2026-01-29", "20.00")
    receive("2026-01-30", "-3.50")

    shown = text_of(browse(otto).get(f"/desk/contracts/{approved.contract_id}/"))

    assert "2 receipts, together ¥16.50." in shown
    assert "Only the first 1 are listed." in shown
    assert ("2026-01-29" in shown, "2026-01-30" in shown) == (True, False)


@pytest.mark.rule("CON-43")
def test_what_waits_for_its_invoice_has_a_tab_and_the_list_and_its_workbook_name_the_invoice(
    browse: Browse, approved: SettlementStatement, as_otto: Actor, otto: User
) -> None:
    client, waiting = browse(otto), "/desk/statements/?tab=to_invoice"

    before = text_of(client.get(waiting))
    record_invoice(approved.pk, number="202600000001", issued_on=day("2026-02-03"), by=as_otto)
    after, every = text_of(client.get(waiting)), text_of(client.get("/desk/statements/?tab=all"))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.post("/desk/statements/export/", {"tab": "all"}))))

    assert [approved.number in page for page in (before, after, every)] == [True, False, True]
    assert "No statement waits for its invoice" in after
    assert '202600000001 <small class="muted">2026-02-03</small>' in every
    header, row = list(book.active.iter_rows(values_only=True))
    told = dict(zip(header, row, strict=True))
    assert (told["Invoice number"], f"{told['Invoiced on']:%Y-%m-%d}") == ("202600000001", "2026-02-03")


@pytest.mark.rule("CON-53")
def test_a_file_goes_into_a_contract_and_out_again_with_a_line_in_the_book(
    browse: Browse, approved: SettlementStatement, otto: User, dora: User
) -> None:
    address = f"/desk/contracts/{approved.contract_id}/"
    upload = SimpleUploadedFile("补充协议.pdf", b"signed")

    empty = text_of(browse(otto).get(address))
    done = text_of(browse(otto).post(f"{address}files/", {"file": upload}, follow=True))
    none = text_of(browse(otto).post(f"{address}files/", {}, follow=True))
    file = ContractFile.objects.get()
    taken = browse(dora).get(f"{address}files/{file.pk}/")

    assert "No file was attached" in empty
    assert "The file was attached." in done
    assert "补充协议.pdf" in done
    assert "Choose a file." in none
    assert b"".join(taken) == b"signed"
    assert list(Export.objects.values_list("user__username", "kind")) == [("dora", "contract_file")]
    assert 'id="contract-file"' not in text_of(browse(dora).get(address))
    assert browse(dora).get(f"{address}files/{file.pk + 1}/").status_code == 404


@pytest.mark.rule("CON-53")
def test_the_common_door_of_files_gives_a_contracts_file_to_nobody(
    browse: Browse, approved: SettlementStatement, as_otto: Actor, otto: User
) -> None:
    kept = attach_file(approved.contract_id, source=io.BytesIO(b"x"), name="合同.pdf", size=1, by=as_otto)

    answer = browse(otto).get(f"/desk/files/{kept.file.key}/")

    assert (kept.file.owner, answer.status_code) == (otto, 404)
    assert not Export.objects.exists()


@pytest.mark.rule("CON-43")
def test_the_timeline_says_that_the_invoice_was_written_down(
    browse: Browse, approved: SettlementStatement, otto: User
) -> None:
    address = f"/desk/statements/{approved.pk}/"

    browse(otto, htmx="sheet").post(f"{address}invoice/", {"invoice": "202600000001", "issued_on": "2026-02-03"})

    assert "Number and day of the invoice changed" in text_of(browse(otto).get(address))
