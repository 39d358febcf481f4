"""A supervisor in a process of its own, as somebody in front of the console meets it."""

import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from opsdesk.embedded import processes
from opsdesk.supervisor import ports
from opsdesk.supervisor.plan import MARK

WITHIN = 30.0


@dataclass
class Run:
    """One supervisor in a process of its own."""

    process: subprocess.Popen[bytes]
    data: Path
    output: Path

    def text(self) -> str:
        """What the console has read so far."""
        return self.output.read_text(encoding="utf-8")

    def address(self) -> str:
        """Where it says it is open."""
        found = re.search(r"http://127\.0\.0\.1:\d+/", self.text())
        assert found
        return found[0]

    def is_open(self) -> bool:
        """Whether the box with the address has been printed."""
        assert self.process.poll() is None, self.text()
        return "└" in self.text()

    def answers(self) -> bool:
        """Whether its web server answers."""
        return ports.answers(int(self.address().rstrip("/").rsplit(":", 1)[1]))

    def family(self) -> list[psutil.Process]:
        """All processes of this run except the supervisor itself."""
        servers = [
            *processes.running_in(self.data / "postgres", "postgres"),
            *processes.running_in(self.data / "valkey", "valkey-server"),
        ]
        marked = [p for p in processes.marked(f"{MARK}={self.data}") if p.pid != self.process.pid]
        return [*servers, *marked]

    def children(self, words: str) -> set[int]:
        """The processes whose command line contains these words."""
        return {process.pid for process in self.family() if words in command_line(process)}


def command_line(process: psutil.Process) -> str:
    """What a process was started with; nothing if it is gone."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def wait_until(happens: Callable[[], bool], *, within: float = WITHIN) -> None:
    """Look again and again, within reason."""
    deadline = time.monotonic() + within
    while not happens():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.05)
