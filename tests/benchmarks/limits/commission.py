"""The limit of W5: tiered commission as one aggregate, and one fee row written per line, over two bare tables."""

import psycopg2

AGENTS = 400
TABLES = f"""
    DROP TABLE IF EXISTS settled_line, tier, agent, fee;
    CREATE TABLE agent (id int PRIMARY KEY, parent int, plan int);
    INSERT INTO agent SELECT i, CASE WHEN i >= 20 THEN i / 20 END, i % 3 FROM generate_series(1, {AGENTS}) i;
    CREATE TABLE tier (plan int, lo numeric, hi numeric, rate numeric(6, 4));
    INSERT INTO tier SELECT p, lo, hi, r + p * 0.005 FROM generate_series(0, 2) p,
        (VALUES (0, 50000, 0.03), (50000, 200000, 0.05), (200000, 1e12, 0.08)) t (lo, hi, r);
    CREATE TABLE settled_line (
        id bigint PRIMARY KEY, agent int NOT NULL, day date NOT NULL, amount numeric(12, 2) NOT NULL,
        refund numeric(12, 2) NOT NULL
    );
"""
LINES = f"""
    INSERT INTO settled_line SELECT i, 1 + ((i::bigint * 7919) %% {AGENTS})::int, date '2026-10-01' + (i %% 31)::int,
        (5 + i %% 20000 / 100.0)::numeric(12, 2), CASE WHEN i %% 20 = 0 THEN 5 ELSE 0 END FROM generate_series(1, %s) i
"""
AGGREGATE = """
    SELECT a.id, base, sum((least(base, hi) - lo) * rate)::numeric(14, 2) AS fee
    FROM (
        SELECT agent, sum(amount - refund) AS base FROM settled_line
        WHERE day >= '2026-10-01' AND day < '2026-11-01' GROUP BY 1
    ) x JOIN agent a ON a.id = x.agent JOIN tier t ON t.plan = a.plan AND base > lo GROUP BY 1, 2
"""
FEES = """
    DROP TABLE IF EXISTS fee;
    CREATE TABLE fee AS SELECT s.id, s.agent, a.parent, round((amount - refund) * 0.05, 2) AS fee,
        round((amount - refund) * 0.01, 2) AS up FROM settled_line s JOIN agent a ON a.id = s.agent
"""


class Commission:
    """One connection to an empty database, and what a month's commission costs there at least."""

    def __init__(self, url: str, lines: int) -> None:
        self._connection = psycopg2.connect(url)
        with self._connection, self._connection.cursor() as cursor:
            cursor.execute(TABLES)
            cursor.execute(LINES, [lines])
        self._connection.autocommit = True
        with self._connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE settled_line")
        self._connection.autocommit = False

    def settle(self) -> int:
        """What every agent earns, and a fee row for every line; without an index, a key or a check."""
        with self._connection, self._connection.cursor() as cursor:
            cursor.execute(AGGREGATE)
            agents = len(cursor.fetchall())
            cursor.execute(FEES)
        return agents

    def close(self) -> None:
        """Hang up."""
        self._connection.close()
