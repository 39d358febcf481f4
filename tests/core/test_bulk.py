"""COPY takes values as they are: nothing in a cell can pass for a sign of the format."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from apps.core.bulk import as_text_array, copy_rows, written_lines
from apps.core.calendar import SHANGHAI
from apps.files.models import StoredFile

pytestmark = pytest.mark.django_db
AWKWARD = ["", r"\N", r"\.", "a\tb", "two\nlines", "cr\rlf\r\n", 'say "so", twice', r"C:\temp\new", "马克杯", " edge "]


def test_awkward_texts_come_out_as_they_went_in() -> None:
    written = copy_rows(ContentType, ["app_label", "model"], [(text, str(n)) for n, text in enumerate(AWKWARD)])

    assert written == len(AWKWARD)
    stored = dict(ContentType.objects.filter(model__in=map(str, range(len(AWKWARD)))).values_list("model", "app_label"))
    assert [stored[str(n)] for n in range(len(AWKWARD))] == AWKWARD


def test_a_column_of_one_value_and_a_column_of_many_are_written_alike() -> None:
    copy_rows(ContentType, ["app_label", "model"], [(r"same\t", "one"), (r"same\t", "tw\to")])

    stored = list(ContentType.objects.filter(app_label=r"same\t").order_by("pk").values_list("model", flat=True))
    assert stored == ["one", "tw\to"]


def test_nothing_to_copy_is_no_row() -> None:
    assert copy_rows(ContentType, ["app_label", "model"], []) == 0


def test_moments_numbers_bytes_and_nothing_keep_their_kind(tmp_path: Any) -> None:
    moment = dt.datetime(2026, 11, 21, 10, 5, 7, tzinfo=SHANGHAI)
    columns = ["key", "kind", "name", "content_type", "size_bytes", "sha256", "created_at", "expires_at", "removed_at"]
    key = "00000000-0000-4000-8000-000000000001"

    copy_rows(StoredFile, columns, [(key, "upload", "n", "t", Decimal(7), r"\x00ff", moment, moment, None)])

    stored = StoredFile.objects.get(key=key)
    assert (stored.size_bytes, bytes(stored.sha256), stored.expires_at, stored.removed_at) == (
        7,
        b"\x00\xff",
        moment,
        None,
    )


def test_rows_of_different_widths_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="zip"):
        copy_rows(ContentType, ["app_label", "model"], [("a", "b"), ("c",)])


def test_lines_are_equal_for_equal_rows_only() -> None:
    moment = dt.datetime(2026, 11, 21, 10, 5, 7, tzinfo=SHANGHAI)
    rows: list[tuple[Any, ...]] = [
        (None, "", moment), ("", None, moment), ("", "", moment), (r"\N", "", moment), ("\t", "", moment),
        ("", "\t", moment), ("a\tb", "c", None), ("a", "b\tc", None), (r"a\tb", "c", None), ("a", "b", b"\x01"),
        ("a", "b", b""), ("a", "b", None), ("a", "b", Decimal("1.00")), ("a", "b", r"\x01"), ("a\n", "b", None),
    ]  # fmt: skip
    lines = written_lines(list(zip(*rows, strict=True)))

    assert len(set(lines)) == len(rows) - 1, "bytes and their hex text are the same to Postgres"
    assert written_lines(list(zip(*rows[:1], strict=True))) == lines[:1]
    assert written_lines(list(zip(*rows[6:], strict=True))) == lines[6:]


def test_bytes_come_out_as_they_went_in() -> None:
    columns = ["key", "kind", "name", "content_type", "size_bytes", "sha256", "created_at", "expires_at", "removed_at"]
    moment, values = dt.datetime(2026, 11, 21, tzinfo=SHANGHAI), [b"\x00\\\t\n\xff", b"", b"\\x01"]
    rows = [
        (f"00000000-0000-4000-8000-{nth:012d}", "upload", str(nth), "t", nth, value, moment, moment, None)
        for nth, value in enumerate(values)
    ]

    copy_rows(StoredFile, columns, rows)

    stored = StoredFile.objects.order_by("size_bytes").values_list("sha256", flat=True)
    assert [bytes(value) for value in stored] == values


@pytest.mark.parametrize("texts", [[], [""], AWKWARD, ["NULL", "{a,b}", '"', "\\", r"\"", "a,b"]])
def test_an_array_of_texts_holds_each_as_it_is(texts: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text[]", [as_text_array(texts)])

        assert cursor.fetchone()[0] == texts
