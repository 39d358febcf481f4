"""What PostgreSQL and Valkey have in common: one child process over one data folder."""

import shutil
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from opsdesk.embedded import processes
from opsdesk.embedded.accounts import Account, make_passage, make_private, service_account
from opsdesk.embedded.locks import FolderLock
from opsdesk.embedded.places import socket_folder

READY_WITHIN = 300.0  # a large database that crashed reads its log first
PATIENCE = 15.0
POLL = 0.05


class ServerFailed(Exception):
    """A server that did not come up, with the last lines of its log."""


class EmbeddedServer(ABC):
    """One server over one data folder, started by us and ended with us.

    data: the server's own folder, made when missing. log: where its output goes, by default beside it.
    Start it from the main thread: the kernel ends the server when the thread that started it ends.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    program: ClassVar[str]
    socket_name: ClassVar[str]
    stop_signals: ClassVar[Sequence[signal.Signals]]

    def __init__(self, data: Path, *, log: Path | None = None) -> None:
        """Name the folder; nothing is touched yet."""
        self.data = data.absolute()
        self.log = log or self.data.with_name(f"{self.data.name}.log")
        self.account: Account | None = None
        self._lock = FolderLock(self.data.with_name(f"{self.data.name}.lock"))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The server's process, or None while it does not run."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def socket_folder(self) -> Path:
        """The folder of the unix socket: the data folder unless its path is too long."""
        return socket_folder(self.data, self.socket_name)

    def start(self) -> None:
        """Start the server and wait until it answers; harmless when it runs.

        Raises InUse when another process holds the folder, Unreachable when the folder cannot be used,
        ServerFailed when the server does not come up.
        """
        self.launch()
        try:
            self.wait_until_ready()
        except ServerFailed:
            self.kill()
            raise

    def launch(self) -> None:
        """Start the server without waiting, after ending what an earlier run left in its folder."""
        if self.pid:
            return
        self.account = service_account()
        make_passage(self.data.parent, self.account)
        self._lock.acquire()
        try:
            make_private(self.data, self.account)
            make_private(self.socket_folder, self.account)
            processes.end(processes.running_in(self.data, self.program), self.stop_signals[0], PATIENCE)
            self.prepare()
            self._process = processes.spawn(self._launch_of(self.command(), self.stop_signals[0]))
        except BaseException:
            self._lock.release()
            raise

    def wait_until_ready(self, timeout: float = READY_WITHIN, pause: Callable[[float], object] = time.sleep) -> None:
        """Wait until the server answers. timeout: seconds; pause: how to wait a moment.

        Raises ServerFailed when it ends or stays silent.
        """
        deadline = time.monotonic() + timeout
        while not self.is_ready():
            if self.pid is None:
                raise ServerFailed(f"{self.title} ended while starting. {processes.last_words(self.log)}")
            if time.monotonic() > deadline:
                raise ServerFailed(
                    f"{self.title} did not answer within {timeout:.0f} s. {processes.last_words(self.log)}"
                )
            pause(POLL)

    def is_ready(self) -> bool:
        """Whether our own server answers, and not another one at the same address."""
        return self.pid is not None and self.answers()

    def exit_status(self) -> int | None:
        """How the server ended (negative: by that signal), or None while it runs or before it started."""
        return self._process.poll() if self._process else None

    def request_stop(self) -> None:
        """Ask the server to end its work and go, without waiting."""
        self._signal(self.stop_signals[0])

    def stop(self, patience: float = PATIENCE) -> None:
        """End the server cleanly; harder after `patience` seconds, and for certain in the end."""
        for number in self.stop_signals:
            self._signal(number)
            if self._ended_within(patience):
                break
        self.kill()

    def kill(self) -> None:
        """End the server and all its children at once, as a crash would, and wait until they are gone."""
        self._signal(signal.SIGKILL)
        if self._process:
            self._process.wait(PATIENCE)
            self._process = None
            processes.end(processes.running_in(self.data, self.program), signal.SIGKILL, PATIENCE)
            if self.socket_folder != self.data:
                shutil.rmtree(self.socket_folder, ignore_errors=True)
        self._lock.release()

    def run_once(self, argv: Sequence[str]) -> None:
        """Run one of the server's tools to its end. Raises ServerFailed with its last words."""
        tool = processes.spawn(self._launch_of(argv, signal.SIGKILL))
        try:
            failed = tool.wait(READY_WITHIN) != 0
        except subprocess.TimeoutExpired:
            tool.kill()
            failed = tool.wait() != 0
        if failed:
            raise ServerFailed(f"{Path(argv[0]).name} failed. {processes.last_words(self.log)}")

    @abstractmethod
    def command(self) -> list[str]:
        """The command line of the server."""

    @abstractmethod
    def prepare(self) -> None:
        """Bring the data folder into a state from which the server can start."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether the server at our socket answers and is the process we started."""

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server."""
        self.stop()

    def _launch_of(self, argv: Sequence[str], death_signal: signal.Signals) -> processes.Launch:
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
        return processes.Launch(argv, environment, self.log, death_signal=death_signal, account=self.account)

    def _signal(self, number: signal.Signals) -> None:
        """A stopped (SIGSTOP) process would never notice a polite signal, so it is continued first."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(number)
            self._process.send_signal(signal.SIGCONT)

    def _ended_within(self, patience: float) -> bool:
        try:
            return self._process is None or self._process.wait(patience) is not None
        except subprocess.TimeoutExpired:
            return False
