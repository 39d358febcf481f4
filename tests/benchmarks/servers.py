"""A PostgreSQL and a Valkey for one workload, durable as in an office, and Django upon them."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from opsdesk.embedded import EmbeddedPostgres, EmbeddedValkey, scratch_folder
from tests.benchmarks.metering import Meter

LIMITS_DATABASE = "limits"


@dataclass(frozen=True, slots=True)
class Machine:
    """What a workload runs on. folder: for its files. limits_url: an empty database of the same server."""

    folder: Path
    limits_url: str
    meter: Meter


@contextmanager
def machine() -> Iterator[Machine]:
    """Start the servers in a folder of their own and let Django begin; everything is gone afterwards."""
    with scratch_folder("opsdesk-bench-") as folder:
        valkey = EmbeddedValkey(folder / "valkey")
        with EmbeddedPostgres(folder / "postgres") as postgres, valkey:
            postgres.ensure_database()
            postgres.ensure_database(LIMITS_DATABASE)
            _begin(folder, postgres.url(), valkey.url())
            yield Machine(folder, postgres.url(LIMITS_DATABASE), Meter(postgres.pid or 0))
            _end()


def _begin(folder: Path, database_url: str, redis_url: str) -> None:
    os.environ |= {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "OPSDESK_TEST_FILES": str(folder),
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings",
    }
    tempfile.tempdir = str(folder)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _end() -> None:
    from django.db import connections

    connections.close_all()
