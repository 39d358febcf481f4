"""A made-up kind of paper, its personal twin, and a printer to watch."""

import datetime as dt
import io
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from pypdf import PdfReader

from apps.core.calendar import SHANGHAI
from apps.documents import kinds
from apps.documents.actions import issue
from apps.documents.kinds import DocumentKind
from apps.documents.models import Document
from apps.documents.render_server import render_server
from apps.org.actors import SYSTEM
from apps.org.models import Store

DAY = dt.date(2026, 11, 21)
SLIP = DocumentKind("slip", "测试交接单", "CS", "paper_tests/slip.html", rows="lines")
PERSONAL = DocumentKind("letter", "测试信", "CX", "paper_tests/slip.html", personal=True)
SECRET = DocumentKind("payslip", "测试工资条", "CG", "paper_tests/slip.html", right="orders.cancel")


@pytest.fixture(autouse=True)
def _kinds(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = [*settings.TEMPLATES[0]["DIRS"], Path(__file__).parent / "templates"]
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": folders}]
    for kind in (SLIP, PERSONAL, SECRET):
        monkeypatch.setitem(kinds._kinds, kind.name, kind)


@pytest.fixture(scope="session", autouse=True)
def _printer_ends() -> Iterator[None]:
    yield
    render_server().close()


def slip(*, lines: int = 2, carrier: str = "顺风测试快递", **parts: Any) -> dict[str, Any]:
    """What a slip shows."""
    return {
        "labels": {"carrier": "快递公司", "left": "交接时间", "parcel": "运单号", "value": "金额"},
        "carrier": carrier,
        "left_at": dt.datetime(2026, 11, 21, 18, 30, tzinfo=SHANGHAI),
        "lines": [{"parcel": f"SF{n:010d}", "value": Decimal("1234.50")} for n in range(1, lines + 1)],
        **parts,
    }


@pytest.fixture
def a_slip(qinghe: Store) -> Callable[..., Document]:
    """Issue a slip in a transaction of its own: `a_slip(lines=3, kind="letter")`."""

    def make(*, kind: str = "slip", store: Store | None = None, lines: int = 2, **how: Any) -> Document:
        words = {"day": DAY, "by": SYSTEM, "store_id": (store or qinghe).pk, "context": slip(lines=lines), **how}
        with transaction.atomic():
            return issue(kind, **words)

    return make


def text_of(pdf: bytes) -> str:
    """The text of a PDF, page after page, each line stripped."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    return "\n\f\n".join("\n".join(line.strip() for line in page.splitlines()) for page in pages) + "\n"
