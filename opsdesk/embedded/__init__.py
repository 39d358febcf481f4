"""A PostgreSQL and a Valkey of our own, from wheels: a checkout and a test need nothing installed.

`data_folder()` and `urls()` only compute; nothing starts. `EmbeddedPostgres` and `EmbeddedValkey` start,
stop, kill and restart one server each, always as a direct child of the process that asked for it. In
production the addresses come from the environment and nothing of this package runs.
"""

from opsdesk.embedded.accounts import Unreachable
from opsdesk.embedded.locks import InUse
from opsdesk.embedded.places import CHECKOUT, Urls, broker_url, data_folder, scratch_folder, urls
from opsdesk.embedded.postgres import EmbeddedPostgres
from opsdesk.embedded.server import ServerFailed
from opsdesk.embedded.valkey import EmbeddedValkey

__all__ = [
    "CHECKOUT",
    "EmbeddedPostgres",
    "EmbeddedValkey",
    "InUse",
    "ServerFailed",
    "Unreachable",
    "Urls",
    "broker_url",
    "data_folder",
    "scratch_folder",
    "urls",
]
