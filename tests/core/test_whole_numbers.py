"""Columns of whole numbers: decimals on the outside, units within, and COPY in its binary form."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError, connection, transaction
from django.db.models import Sum

from apps.contracts.models import SettlementStatement, StatementRow
from apps.core.bulk import as_array
from apps.core.packed import Column, copy_packed, unpacked

pytest_plugins = ["tests.contracts.builders"]
Make = Callable[..., Any]
LARGEST, SMALLEST = 2**63 - 1, -(2**63)


@pytest.fixture
def table() -> None:
    """An empty table under the name of the rows of statements, gone with the test."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE contracts_statementrow (a bigint, b integer, c smallint, d boolean, e bigint)"
        )


def _copy(*blocks: dict[str, Column]) -> list[tuple[Any, ...]]:
    copied = copy_packed(StatementRow, blocks)
    with connection.cursor() as cursor:
        cursor.execute("SELECT a, b, c, d, e FROM contracts_statementrow ORDER BY a")
        found = cursor.fetchall()
    assert copied == len(found)
    return found


@pytest.mark.django_db
@pytest.mark.usefixtures("table")
def test_numbers_of_every_width_and_sign_arrive_as_they_are() -> None:
    columns = {
        "a": Column(8, [SMALLEST, -1, 0, 258, LARGEST]), "b": Column(4, [-(2**31), -2, 0, 65_537, 2**31 - 1]),
        "c": Column(2, [-(2**15), -3, 0, 257, 2**15 - 1]), "d": Column(1, [True, False, True, False, True]),
        "e": Column(8, None),
    }  # fmt: skip

    found = _copy(columns)

    assert found == [
        (SMALLEST, -(2**31), -(2**15), True, None), (-1, -2, -3, False, None), (0, 0, 0, True, None),
        (258, 65_537, 257, False, None), (LARGEST, 2**31 - 1, 2**15 - 1, True, None),
    ]  # fmt: skip


@pytest.mark.django_db
def test_numbers_that_postgres_packs_are_read_as_they_are() -> None:
    numbers = [SMALLEST, -1, 0, 258, LARGEST]

    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(int8send(n), '' ORDER BY n) FROM unnest(%s::bigint[]) n", [as_array(numbers)])
        (cells,) = cursor.fetchone()

    assert unpacked(cells) == numbers


@pytest.mark.django_db
@pytest.mark.usefixtures("table")
def test_blocks_with_and_without_a_column_go_in_together_and_empty_ones_are_left_out() -> None:
    none, some = (
        {name: Column(width, values) for (name, width), values in zip(WIDTHS, cells, strict=True)}
        for cells in ([[1, 2], [1, 1], [1, 1], [True, True], None], [[3], [1], [1], [False], [7]])
    )
    empty = {name: Column(width, []) for name, width in WIDTHS}

    found = _copy(none, empty, some)

    assert [(row[0], row[4]) for row in found] == [(1, None), (2, None), (3, 7)]


WIDTHS = (("a", 8), ("b", 4), ("c", 2), ("d", 1), ("e", 8))


@pytest.mark.django_db
def test_nothing_to_write_writes_nothing() -> None:
    assert copy_packed(StatementRow, []) == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("table")
def test_a_number_that_does_not_fit_its_column_is_refused_and_nothing_is_written() -> None:
    with pytest.raises(OverflowError):
        copy_packed(StatementRow, [{"c": Column(2, [2**15])}])

    assert _copy() == []


@pytest.mark.django_db
@pytest.mark.usefixtures("table")
def test_a_width_that_is_not_the_column_s_is_refused() -> None:
    with pytest.raises(DataError, match="incorrect binary data format"), transaction.atomic():
        copy_packed(StatementRow, [{"c": Column(8, [1])}])

    assert _copy() == []


@pytest.mark.django_db
def test_yuan_are_yuan_in_rows_lookups_and_sums_and_cents_in_the_table(
    a_contract: Make, receive: Make, drafted: Make
) -> None:
    receive("2026-01-05", "3000000.05")
    receive("2026-01-06", "-0.02")

    row: SettlementStatement = drafted(a_contract(), "2026-01")

    assert list(row.rows.order_by("position").values_list("amount", flat=True)) == [
        Decimal("3000000.05"),
        Decimal("-0.02"),
    ]
    assert row.rows.filter(amount__lt=Decimal("-0.01")).get().exact_commission == Decimal("-0.002")
    assert row.rows.aggregate(sum=Sum("amount"))["sum"] == Decimal("3000000.03")
    assert str(row.rows.filter(position=9).aggregate(sum=Sum("amount", default=Decimal("0.00")))["sum"]) == "0.00"
    with connection.cursor() as cursor:
        cursor.execute("SELECT amount FROM contracts_statementrow ORDER BY position")
        assert cursor.fetchall() == [(300_000_005,), (-2,)]


@pytest.mark.django_db
def test_a_part_of_a_cent_is_refused(a_contract: Make, receive: Make, drafted: Make) -> None:
    receive("2026-01-05", "100")
    row: SettlementStatement = drafted(a_contract(), "2026-01")

    with pytest.raises(ValueError, match="more than 2 places"):
        row.rows.filter(amount=Decimal("0.005")).exists()
