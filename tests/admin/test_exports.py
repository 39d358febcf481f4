"""The book of exports: what was taken, in words."""

import re
from collections.abc import Callable
from pathlib import Path

from django.db import transaction
from django.test import Client as Browser

from apps.audit.context import signed
from apps.audit.export_kinds import WORDS
from apps.audit.models import Export
from apps.org.actors import SYSTEM
from apps.org.models import User
from tests.admin.conftest import page

APPS = Path(__file__).parents[2] / "apps"


def test_every_kind_of_export_has_words() -> None:
    written = {
        kind
        for path in APPS.rglob("actions/*.py")
        if "Export.objects.create" in (text := path.read_text())
        for kind in re.findall(r'kind="([a-z_]+)"', text)
    }

    assert written == set(WORDS)


def test_the_book_tells_in_words_what_was_taken_and_is_narrowed_by_it(
    browse: Callable[[User], Browser], iris: User
) -> None:
    with transaction.atomic(), signed("core.seed", by=SYSTEM):
        for kind in ("ship_report", "pay"):
            Export.objects.create(user=iris, user_name=iris.name, kind=kind, query={}, rows=3)
    browser = browse(iris)
    browser.cookies["django_language"] = "en"

    everything = browser.get(page("audit_export_changelist"))
    narrowed = browser.get(page("audit_export_changelist", kind="pay"))

    assert "Batch-ship file" in everything.content.decode()
    assert "ship_report</" not in everything.content.decode()
    assert [row.kind for row in narrowed.context["cl"].result_list] == ["pay"]
