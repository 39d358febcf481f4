"""The tests' own PostgreSQL: started before Django reads its settings, once for all workers, gone with the run.

Loaded by `-p tests.servers`. With DATABASE_URL set, the tests use that server instead.
"""

import atexit
import os
import tempfile
from pathlib import Path

# Before anything of opsdesk is imported, which would settle for the local settings.
os.environ["DJANGO_SETTINGS_MODULE"] = "opsdesk.settings.test"

from apps.core.catalogues import compile_catalogues
from opsdesk.embedded import CHECKOUT, EmbeddedPostgres


def _start() -> None:
    if "DATABASE_URL" in os.environ:
        return
    compile_catalogues([CHECKOUT / "locale"])
    # Outside the checkout: the server's own system user must be able to walk there.
    folder = tempfile.TemporaryDirectory(prefix="opsdesk-tests-", ignore_cleanup_errors=True)
    Path(folder.name).chmod(0o755)
    server = EmbeddedPostgres(Path(folder.name) / "postgres", durable=False)
    server.start()
    atexit.register(folder.cleanup)
    atexit.register(server.stop)
    os.environ["DATABASE_URL"] = server.url("opsdesk")
    os.environ["OPSDESK_TEST_FILES"] = folder.name


_start()
