"""What the supervisor can start, watch and end: a program, or one of the embedded servers."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from opsdesk.embedded import processes

KILLED_WITHIN = 5.0


class Service(Protocol):
    """One thing that runs; the embedded servers have this shape too."""

    log: Path

    @property
    def name(self) -> str:
        """Its short name, also that of its log."""

    def launch(self) -> None:
        """Start it without waiting."""

    def exit_status(self) -> int | None:
        """How it ended (negative: by that signal), or None while it runs."""

    def request_stop(self) -> None:
        """Ask it to end, without waiting."""

    def kill(self) -> None:
        """End it and all it started, and wait until it is gone."""


@dataclass(frozen=True)
class Program:
    """A command to keep running. env: its whole environment; sockets: open files it inherits."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    folder: Path
    sockets: tuple[int, ...] = ()


class ProgramService:
    """A program and everything in its process group."""

    def __init__(self, program: Program, log: Path, errors: Path | None = None) -> None:
        """log: where its output is appended; errors: where its error output goes, if wanted apart."""
        self.log = log
        self._program = program
        self._errors = errors
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        """The program's name."""
        return self._program.name

    @property
    def pid(self) -> int | None:
        """The program's process, or None before it started."""
        return self._process.pid if self._process else None

    def launch(self) -> None:
        """Start the program in a process group of its own."""
        what = self._program
        self._process = processes.spawn(
            processes.Launch(what.argv, what.env, self.log, self._errors, sockets=what.sockets, folder=what.folder)
        )

    def exit_status(self) -> int | None:
        """How the program ended, or None while it runs; what it left behind in its group is killed first.

        The dead leader is looked at before it is collected: until then no other process can take its number.
        """
        if self._process is None:
            return None
        if self._process.returncode is None and _has_ended(self._process.pid):
            processes.sweep_group(self._process.pid)
        return self._process.poll()

    def request_stop(self) -> None:
        """Ask the leader to end; it asks its own children."""
        if self._process and self.exit_status() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """Kill the whole group."""
        if self._process and self.exit_status() is None:
            processes.sweep_group(self._process.pid)
            self._process.wait(KILLED_WITHIN)


def _has_ended(pid: int) -> bool:
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
