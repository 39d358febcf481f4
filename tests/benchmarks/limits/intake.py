"""The limit of W1: read the plain file with the csv module and COPY it into two tables, nothing else."""

import csv
import io
from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import psycopg2

# The indexes that any order table needs: by store and number, by state, by time; lines by order and by SKU.
TABLES = """
    DROP TABLE IF EXISTS sku, placed_order, placed_line;
    CREATE TABLE sku (
        id int PRIMARY KEY, code text UNIQUE NOT NULL, on_hand int NOT NULL, reserved int NOT NULL DEFAULT 0,
        CHECK (reserved <= on_hand)
    );
    CREATE TABLE placed_order (
        id bigint PRIMARY KEY, no text NOT NULL, store int NOT NULL, buyer text NOT NULL, status smallint NOT NULL,
        paid_at timestamptz NOT NULL, receiver text, phone text, address text, total numeric(12, 2) NOT NULL, wave int
    );
    CREATE UNIQUE INDEX ON placed_order (store, no);
    CREATE INDEX ON placed_order (status, store, paid_at DESC);
    CREATE INDEX ON placed_order (paid_at DESC);
    CREATE TABLE placed_line (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id bigint NOT NULL, sku_id int NOT NULL,
        qty int NOT NULL, price numeric(10, 2) NOT NULL, reserved int NOT NULL DEFAULT 0
    );
    CREATE INDEX ON placed_line (order_id);
    CREATE INDEX ON placed_line (sku_id);
"""
RESERVE = """
    WITH wanted AS (
        SELECT l.sku_id, sum(l.qty) AS qty FROM placed_line l JOIN placed_order o ON o.id = l.order_id
        WHERE o.status = 0 GROUP BY l.sku_id
    ),
    given AS (
        UPDATE sku s SET reserved = s.reserved + w.qty FROM wanted w
        WHERE w.sku_id = s.id AND s.on_hand - s.reserved >= w.qty RETURNING s.id
    ),
    lines AS (
        UPDATE placed_line l SET reserved = l.qty FROM placed_order o
        WHERE o.id = l.order_id AND o.status = 0 AND l.sku_id IN (SELECT id FROM given)
    )
    UPDATE placed_order SET status = 1 WHERE status = 0
"""
ORDER_COLUMNS = "id, no, store, buyer, status, paid_at, receiver, phone, address, total"
PLENTY = 1_000_000


class Intake:
    """One connection to an empty database, and the two ways of the limit."""

    def __init__(self, url: str, codes: Iterable[str]) -> None:
        self._connection = psycopg2.connect(url)
        self._ids = {code: place for place, code in enumerate(codes)}

    def begin_anew(self) -> None:
        """Empty tables, with the SKUs in stock."""
        stock = "".join(f"{place}\t{code}\t{PLENTY}\n" for code, place in self._ids.items())
        with self._connection, self._connection.cursor() as cursor:
            cursor.execute(TABLES)
            cursor.copy_expert("COPY sku (id, code, on_hand) FROM STDIN", io.StringIO(stock))
            cursor.execute("ANALYZE sku")

    def load(self, path: Path, *, reserve: bool = False) -> int:
        """Read and COPY a plain file in one transaction; with `reserve`, set the goods aside too. Returns the orders."""
        orders, lines = io.StringIO(), io.StringIO()
        count = self._split(path, orders, lines)
        orders.seek(0)
        lines.seek(0)
        with self._connection, self._connection.cursor() as cursor:
            cursor.copy_expert(f"COPY placed_order ({ORDER_COLUMNS}) FROM STDIN", orders)
            cursor.copy_expert("COPY placed_line (order_id, sku_id, qty, price) FROM STDIN", lines)
            if reserve:
                cursor.execute(RESERVE)
        return count

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _split(self, path: Path, orders: io.StringIO, lines: io.StringIO) -> int:
        nth = 0
        with path.open(encoding="utf-8", newline="") as file:
            for _number, rows in groupby(csv.DictReader(file), key=itemgetter("no")):
                nth += 1
                total, first = self._write_lines(nth, rows, lines)
                fields = (first[name] for name in ("paid_at", "receiver", "phone", "address"))
                orders.write(
                    f"{nth}\t{first['no']}\t{first['store']}\t{first['buyer']}\t0\t"
                    + "\t".join(fields)
                    + f"\t{total}\n"
                )
        return nth

    def _write_lines(
        self, nth: int, rows: Iterable[dict[str, Any]], lines: io.StringIO
    ) -> tuple[Decimal, dict[str, Any]]:
        total, first = Decimal(0), {}
        for row in rows:
            first = first or row
            quantity, price = int(row["qty"]), Decimal(row["unit_price"])
            total += quantity * price
            lines.write(f"{nth}\t{self._ids[row['sku']]}\t{quantity}\t{price}\n")
        return total, first
