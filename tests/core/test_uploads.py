"""Uploads wait on disk without a name, and never more of them than a request may bring."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory

from apps.core import uploads
from apps.core.uploads import NamelessUploads

ORDERS = b"buyer,address\nWang,Lane 7\n" * 40_000


@pytest.fixture
def arriving(settings: Any, tmp_path: Path) -> Path:
    """The folder in which uploads wait."""
    settings.UPLOADS_WAIT_IN = tmp_path / "files"
    return tmp_path / "files"


def _upload(*contents: bytes) -> HttpRequest:
    files = [SimpleUploadedFile(f"orders-{n}.csv", content, "text/csv") for n, content in enumerate(contents)]
    return RequestFactory().post("/", {"files": files})


def test_what_arrives_is_read_whole_and_lies_in_no_folder(arriving: Path) -> None:
    first, second = _upload(ORDERS, b"x").FILES.getlist("files")

    assert (first.size, first.name, first.content_type) == (len(ORDERS), "orders-0.csv", "text/csv")
    assert first.read() == ORDERS
    assert (second.size, second.read()) == (1, b"x")
    assert list(arriving.iterdir()) == []


def test_a_request_is_cut_off_where_all_its_files_together_are_too_much(
    arriving: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", len(ORDERS) + 10)

    assert len(_upload(ORDERS).FILES) == 1
    with pytest.raises(RequestDataTooBig):
        _ = _upload(ORDERS, ORDERS).FILES


def test_a_sender_who_goes_away_leaves_nothing_open(arriving: Path) -> None:
    handler = NamelessUploads()
    handler.new_file("files", "orders.csv", "text/csv", None)
    handler.receive_data_chunk(ORDERS, 0)

    handler.upload_interrupted()

    assert handler.file.closed
