"""Rendering: the frozen context becomes the same paper each time, whatever happens to the printer."""

import datetime as dt
import hashlib
import io
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext
from pypdf import PdfReader

from apps.audit.queries import timeline_of
from apps.core.invariants import broken
from apps.documents import paper
from apps.documents.actions import print_again, render, render_waiting
from apps.documents.actions.render import printed
from apps.documents.models import Document
from apps.documents.render_server import RenderFailed, render_server
from apps.files.actions import open_file
from apps.files.models import StoredFile
from apps.files.sealed import path_of
from apps.org.actors import SYSTEM
from apps.workflow.move import IllegalMove
from tests.documents.conftest import text_of

ASlip = Callable[..., Document]
GOLDEN = Path(__file__).parent / "golden"
RENDERING = import_module("apps.documents.actions.render")  # the room, whose verb has the same name
AT = dt.datetime(2026, 11, 21, 10, 30, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


def golden(name: str, language: str) -> str:
    """The expected text; ⟦words⟧ stand for the house's own translation of them."""
    whole = (GOLDEN / name).read_text("utf-8")
    with translation.override(language):
        for words in ("Date", "Issued by", "Issued at", "Digest", "Signature"):
            whole = whole.replace(f"⟦{words}⟧", gettext(words))
    return whole


def file_of(document: Document) -> bytes:
    document.refresh_from_db()
    with open_file(document.file) as stream:
        return stream.read()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_paper_says_what_the_golden_file_says(a_slip: ASlip, language: str) -> None:
    with time_machine.travel(AT, tick=False):
        document = a_slip(lines=40, language=language)

    render(document.pk)

    assert text_of(file_of(document)) == golden(f"slip.{language}.txt", language)


def test_a_rendered_paper_is_ready_with_its_files_digest(a_slip: ASlip) -> None:
    document = a_slip()

    assert render(document.pk) is True

    pdf = file_of(document)
    assert (document.state, document.attempts, document.held_until, document.failure) == ("rendered", 0, None, "")
    assert document.rendered_at is not None
    assert document.file_hash == hashlib.sha256(pdf).hexdigest()
    assert (document.file.name, document.file.store_id) == ("CS20261121-00001.pdf", document.store_id)
    assert b"%PDF" not in path_of(str(document.file.key)).read_bytes()
    assert broken() == []


def test_rendering_twice_is_harmless(a_slip: ASlip) -> None:
    document = a_slip()
    render(document.pk)
    document.refresh_from_db()
    kept = (document.file_id, document.rendered_at)

    assert render(document.pk) is False

    document.refresh_from_db()
    assert (document.file_id, document.rendered_at) == kept
    assert StoredFile.objects.count() == 1


def test_the_same_context_gives_the_same_text_when_it_is_printed_again(a_slip: ASlip) -> None:
    document = a_slip(lines=3)
    render(document.pk)
    first, first_file = text_of(file_of(document)), document.file

    print_again(document.pk, by=SYSTEM)
    during = file_of(document)
    render(document.pk)

    assert text_of(during) == first == text_of(file_of(document))
    assert document.file_id != first_file.pk
    first_file.refresh_from_db()
    assert first_file.expires_at <= dt.datetime.now(dt.UTC)
    verbs = [change.verb.rpartition(".")[2] for change in timeline_of(document)]
    assert verbs == ["render", "hold", "print_again", "render", "hold"]


def test_a_paper_that_is_being_printed_is_not_ordered_again(a_slip: ASlip) -> None:
    document = a_slip()

    with pytest.raises(IllegalMove):
        print_again(document.pk, by=SYSTEM)

    assert Document.objects.get(pk=document.pk).state == "issued"


def test_the_sweep_finds_what_was_issued_and_never_printed(a_slip: ASlip) -> None:
    forgotten = [a_slip(lines=1) for _ in range(3)]

    assert render_waiting() == 3

    assert set(Document.objects.values_list("state", flat=True)) == {"rendered"}
    assert Document.objects.filter(file__isnull=False).count() == len(forgotten)


@pytest.mark.django_db(transaction=True)
def test_the_sweep_takes_ten_papers_and_rings_for_the_rest(a_slip: ASlip, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction.atomic():
        for _ in range(12):
            a_slip()
    seen: list[int] = []
    rung: list[int | None] = []
    monkeypatch.setattr(RENDERING, "render", lambda pk: bool(seen.append(pk)) or True)
    monkeypatch.setattr("apps.documents.doorbell.current_app.send_task", lambda *_, args, **__: rung.append(args[0]))

    render_waiting()

    assert len(seen) == 10
    assert rung == [None]


def test_a_paper_that_another_printer_holds_is_left_to_it_until_its_time_is_over(a_slip: ASlip) -> None:
    document = a_slip()
    now = dt.datetime.now(dt.UTC)
    with transaction.atomic():
        Document.objects.filter(pk=document.pk).update(attempts=1, held_until=now + dt.timedelta(seconds=60))

    assert render(document.pk) is False
    with time_machine.travel(now + dt.timedelta(seconds=61)):
        assert render(document.pk) is True


def test_three_failures_are_enough_and_the_paper_says_why(a_slip: ASlip, monkeypatch: pytest.MonkeyPatch) -> None:
    document = a_slip()
    monkeypatch.setattr(RENDERING, "printed", _too_slow)
    now = dt.datetime.now(dt.UTC)

    for minute in range(4):
        with time_machine.travel(now + dt.timedelta(minutes=minute)):
            render_waiting()

    document.refresh_from_db()
    assert (document.state, document.attempts, document.failure, document.file) == ("failed", 3, "too_slow", None)


def _too_slow(*_: object) -> bytes:
    raise RenderFailed("too_slow")


def test_a_failed_paper_can_be_ordered_again(a_slip: ASlip, monkeypatch: pytest.MonkeyPatch) -> None:
    document = a_slip()
    with monkeypatch.context() as broken_printer:
        broken_printer.setattr(RENDERING, "printed", _too_slow)
        for minute in range(3):
            with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minute)):
                render(document.pk)

    print_again(document.pk, by=SYSTEM)

    assert render(document.pk) is True


def test_a_paper_whose_printer_dies_each_time_is_given_up_too(a_slip: ASlip) -> None:
    document = a_slip()
    Document.objects.filter(pk=document.pk).update(attempts=3)

    assert render(document.pk) is False

    document.refresh_from_db()
    assert document.state == "failed"


def test_a_long_paper_is_printed_in_parts_that_read_as_one(a_slip: ASlip, monkeypatch: pytest.MonkeyPatch) -> None:
    document = a_slip(lines=12)
    whole = text_of(printed(document, render_server()))
    monkeypatch.setattr(paper, "ROWS_IN_A_PART", 5)

    pdf = printed(document, render_server())

    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    assert len(pages) == 3
    assert [f"{n} / 3" in page for n, page in enumerate(pages, 1)] == [True] * 3
    assert all(document.context_digest in page.replace("\n", "") for page in pages)
    assert ["SF0000000006" in page for page in pages] == [False, True, False]
    lines = [
        line for line in text_of(pdf).splitlines() if line[:2] in {f"{n} " for n in range(1, 10)} | {"10", "11", "12"}
    ]
    assert [line for line in lines if "SF" in line] == [
        line for line in whole.splitlines() if "SF" in line and "CS" not in line
    ]


def test_a_paper_of_more_rows_than_fit_fails_without_touching_the_printer(
    a_slip: ASlip, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = a_slip(lines=7)
    monkeypatch.setattr(paper, "ROWS_IN_A_PART", 3)
    monkeypatch.setattr(paper, "MOST_PARTS", 2)

    assert render(document.pk) is False

    document.refresh_from_db()
    assert (document.state, document.failure) == ("issued", "too_large")
    assert "SF0000000007" in paper.as_html(document)


def test_chinese_letters_come_from_the_house_s_own_font(a_slip: ASlip) -> None:
    document = a_slip()
    render(document.pk)

    found = fonts_in(file_of(document))

    assert found == {("Noto-Sans-SC", True)}


def fonts_in(pdf: bytes) -> set[tuple[str, bool]]:
    """Name of each font without its subset's tag, and whether its letters are inside the file."""
    found = set()
    for page in PdfReader(io.BytesIO(pdf)).pages:
        for font in page["/Resources"]["/Font"].values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = descendant["/FontDescriptor"].get_object()
            name = str(descriptor["/FontName"]).rpartition("+")[2].strip("/")
            found.add((name, bool({"/FontFile", "/FontFile2", "/FontFile3"} & descriptor.keys())))
    return found


def test_rendering_keeps_no_transaction_open(a_slip: ASlip, monkeypatch: pytest.MonkeyPatch) -> None:
    document = a_slip()
    outside = len(connection.savepoint_ids)
    depths: list[int] = []
    monkeypatch.setattr(RENDERING, "printed", lambda *_: depths.append(len(connection.savepoint_ids)) or b"%PDF-")

    render(document.pk)

    assert depths == [outside]
