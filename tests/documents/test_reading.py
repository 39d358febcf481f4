"""Who reads a paper, where it is written down, and the register's own doors."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse

from apps.audit.models import Export
from apps.core.errors import Conflict, NotAllowed, NotFound
from apps.documents.actions import open_page, open_pdf, print_again, render
from apps.documents.models import Document
from apps.files.models import StoredFile
from apps.files.sealed import path_of
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, User, Warehouse

ASlip = Callable[..., Document]
pytestmark = pytest.mark.django_db
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)> javascript:alert(1)'


def browser_of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user, backend="apps.org.backend.StandingBackend")
    return browser


def page(name: str, *args: object) -> str:
    return reverse(f"admin:documents_document_{name}", args=args)


def test_a_paper_is_opened_by_who_works_for_its_store(a_slip: ASlip, mara: User) -> None:
    document = a_slip()
    render(document.pk)

    opened = open_pdf(document.pk, by=Actor.of(mara))

    with opened.stream:
        assert opened.stream.read(5) == b"%PDF-"
    assert opened.name == "CS20261121-00001.pdf"
    assert Export.objects.count() == 0


def test_a_paper_of_a_warehouse_is_opened_by_who_works_there(
    a_slip: ASlip, noor: User, mara: User, warehouse: Warehouse
) -> None:
    document = a_slip(store_id=None, warehouse_id=warehouse.pk)

    assert document.number in open_page(document.pk, by=Actor.of(noor))
    with pytest.raises(NotFound):
        open_page(document.pk, by=Actor.of(mara))


def test_a_foreign_paper_looks_like_none_at_all(a_slip: ASlip, mara: User, fengdu: Store) -> None:
    document = a_slip(store=fengdu)
    render(document.pk)
    by = Actor.of(mara)

    for attempt in (open_pdf, open_page, print_again):
        with pytest.raises(NotFound):
            attempt(document.pk, by=by)

    assert list(Document.objects.readable(by)) == []
    assert Document.objects.get(pk=document.pk).state == "rendered"


def test_without_the_right_no_paper_is_read(a_slip: ASlip, lin: User) -> None:
    document = a_slip()

    with pytest.raises(NotAllowed):
        open_page(document.pk, by=Actor.of(lin))


def test_a_kind_with_a_right_of_its_own_is_hidden_from_who_lacks_it(a_slip: ASlip, mara: User, noor: User) -> None:
    warehouse = noor.warehouse_grants.get().warehouse
    secret = a_slip(kind="payslip", warehouse_id=warehouse.pk)

    assert open_page(secret.pk, by=Actor.of(mara))
    with pytest.raises(NotFound):
        open_page(secret.pk, by=Actor.of(noor))
    assert browser_of(noor).get(page("change", secret.pk)).status_code == 404


def test_a_paper_that_is_not_printed_yet_says_so(a_slip: ASlip, mara: User) -> None:
    document = a_slip()

    with pytest.raises(Conflict) as early:
        open_pdf(document.pk, by=Actor.of(mara))

    assert early.value.code == "not_printed"


def test_an_expired_file_says_so_and_is_printed_again(a_slip: ASlip, mara: User) -> None:
    document, by = a_slip(), Actor.of(mara)
    render(document.pk)
    document.refresh_from_db()
    path_of(str(document.file.key)).unlink()

    with pytest.raises(NotFound) as expired:
        open_pdf(document.pk, by=by)
    assert expired.value.data == {"file": document.file_id}
    print_again(document.pk, by=by)
    render(document.pk)

    assert open_pdf(document.pk, by=by).stream.read(5) == b"%PDF-"


def test_a_paper_with_somebody_s_data_stands_in_the_book_of_exports(a_slip: ASlip, mara: User) -> None:
    letter = a_slip(kind="letter")
    render(letter.pk)
    letter.refresh_from_db()

    open_pdf(letter.pk, by=Actor.of(mara))
    open_page(letter.pk, by=Actor.of(mara))

    book = Export.objects.order_by("pk").values_list("user_name", "kind", "query", "rows")
    assert list(book) == [
        (str(mara), "paper:letter", {"number": letter.number, "form": form}, 1) for form in ("pdf", "page")
    ]
    assert round((letter.file.expires_at - letter.file.created_at).total_seconds() / 86_400) == 30


def test_the_house_itself_takes_no_personal_paper_out(a_slip: ASlip) -> None:
    letter = a_slip(kind="letter")

    with pytest.raises(NotAllowed):
        open_page(letter.pk, by=SYSTEM)

    assert Export.objects.count() == 0


def test_papers_do_not_leave_by_the_desk_s_file_door(a_slip: ASlip, mara: User) -> None:
    document = a_slip()
    render(document.pk)
    key = StoredFile.objects.get().key

    assert browser_of(mara).get(reverse("desk:file", args=[key])).status_code == 404


def test_the_print_page_stands_under_the_strict_policy(a_slip: ASlip) -> None:
    html = open_page(a_slip(language="en").pk, by=SYSTEM)

    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|https?://", html)
    assert re.findall(r'<link rel="stylesheet" href="([^"]+)"', html) == ["/static/documents/paper.css"]


def test_what_a_buyer_wrote_is_text_on_every_paper(a_slip: ASlip) -> None:
    context = {"carrier": HOSTILE, "labels": {"carrier": HOSTILE}, "lines": [{"parcel": HOSTILE, "value": HOSTILE}]}

    html = open_page(a_slip(context=context).pk, by=SYSTEM)

    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 5
    assert "<script" not in html
    assert "<img" not in html


def test_no_paper_switches_escaping_off() -> None:
    folder = Path(settings.BASE_DIR) / "templates" / "documents"
    texts = {path.name: path.read_text("utf-8") for path in folder.rglob("*.html")}

    assert "base.html" in texts
    assert [
        name
        for name, text in texts.items()
        if re.search(r"\|\s*safe|autoescape|<\w[^>{]*\sstyle=|<script|https?://", text)
    ] == []


def test_the_register_lists_one_s_own_papers_with_their_doors(a_slip: ASlip, mara: User, fengdu: Store) -> None:
    own, foreign = a_slip(), a_slip(store=fengdu)
    render(own.pk)
    browser = browser_of(mara)

    listed = browser.get(page("changelist")).content.decode()

    assert page("pdf", own.pk) in listed
    assert foreign.number not in listed
    answer = browser.get(page("pdf", own.pk))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in answer["Cache-Control"]
    assert "attachment" in answer["Content-Disposition"]
    assert b"".join(answer.streaming_content)[:5] == b"%PDF-"
    assert own.number in browser.get(page("page", own.pk)).content.decode()
    assert browser.get(page("change", own.pk)).status_code == 200
    assert browser.get(page("history", own.pk)).status_code == 200


@pytest.mark.parametrize("door", ["pdf", "page", "change", "history"])
def test_the_register_knows_nothing_of_foreign_papers(a_slip: ASlip, mara: User, fengdu: Store, door: str) -> None:
    document = a_slip(store=fengdu)
    render(document.pk)

    assert browser_of(mara).get(page(door, document.pk)).status_code == 404


@pytest.mark.parametrize("door", ["pdf", "page", "changelist"])
def test_the_register_is_shut_to_who_has_no_right(a_slip: ASlip, lin: User, door: str) -> None:
    document = a_slip()
    render(document.pk)

    answer = browser_of(lin).get(page(door, *([] if door == "changelist" else [document.pk])))

    assert answer.status_code == 403


@pytest.mark.parametrize("crafted", ["x", "1_00", "9" * 30, "-1"])
def test_a_crafted_key_is_no_paper(mara: User, crafted: str) -> None:
    assert browser_of(mara).get(f"/admin/documents/document/{crafted}/pdf/").status_code == 404


def test_the_register_prints_again_and_changes_nothing_else(a_slip: ASlip, mara: User) -> None:
    document = a_slip()
    render(document.pk)
    browser = browser_of(mara)

    pressed = browser.post(page("press", document.pk, "print_again"))
    changed = browser.post(page("change", document.pk), {"number": "X"})

    document.refresh_from_db()
    assert (pressed.status_code, changed.status_code) == (302, 403)
    assert (document.state, document.number) == ("issued", "CS20261121-00001")


def test_the_search_finds_a_paper_by_number_and_by_digest(a_slip: ASlip, mara: User) -> None:
    document = a_slip()
    browser = browser_of(mara)

    for term in (document.number[:12], document.context_digest[:16]):
        assert document.number in browser.get(page("changelist") + f"?q={term}").content.decode()
    assert document.number not in browser.get(page("changelist") + "?q=CG2026").content.decode()
