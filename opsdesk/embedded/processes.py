"""Start processes that die with us, and find and end those that outlived an earlier run."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import psutil

from opsdesk.embedded.accounts import Account


@dataclass(frozen=True)
class Launch:
    """How a process is started.

    argv: the command; env: its whole environment; log: where its output is appended; errors: where its error
    output goes instead, if it is wanted apart.
    death_signal: what the kernel sends it when we die, even by kill -9.
    account: under whom it runs, None for ourselves; sockets: open files it inherits; folder: where it starts.
    """

    argv: Sequence[str]
    env: Mapping[str, str]
    log: Path
    errors: Path | None = None
    death_signal: signal.Signals = signal.SIGKILL
    account: Account | None = None
    sockets: tuple[int, ...] = ()
    folder: Path = Path("/")


def spawn(launch: Launch) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, so that Ctrl-C in the terminal reaches us alone.

    `setpriv` asks the kernel for the death signal after the user has changed, then becomes the command
    itself. The kernel counts the death of the thread that called: call this from the main thread only.
    """
    account = launch.account
    guard = ["setpriv", "--pdeathsig", launch.death_signal.name.removeprefix("SIG"), "--"]
    with _append(launch.log) as output, _append(launch.errors or launch.log) as errors:
        return subprocess.Popen(  # noqa: S603 - our own command lines, no shell, nothing typed by anybody
            [*guard, *launch.argv],
            env=dict(launch.env),
            cwd=launch.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            pass_fds=launch.sockets,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )


def _append(log: Path) -> BinaryIO:
    """Logs may quote what people typed: they are for their owner's eyes only."""
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.fdopen(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600), "ab")


def last_words(log: Path, lines: int = 15) -> str:
    """The end of a log, for a message about what went wrong."""
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return "\n".join([f"The end of {log}:", *text.splitlines()[-lines:]])


def running_in(folder: Path, program: str) -> list[psutil.Process]:
    """The processes of one program that work in this folder: a server and its children."""
    here = _identity(folder)
    found = [p for p in _all() if _identity(Path("/proc", str(p.pid), "cwd")) == here] if here else []
    return [p for p in found if _program(p) == program]


def parent_of(pid: int) -> int | None:
    """The number of the process that started this one, or None when it is gone."""
    try:
        parent: int = psutil.Process(pid).ppid()
    except psutil.NoSuchProcess:
        return None
    return parent


def marked(mark: str) -> list[psutil.Process]:
    """The processes with this `NAME=value` in their environment, except ourselves and our callers."""
    name, _, value = mark.partition("=")
    family = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    return [p for p in _all() if p.pid not in family and _environment(p).get(name) == value]


def end(processes: Sequence[psutil.Process], first: signal.Signals, patience: float) -> None:
    """Ask processes to end, wait, then kill what is left and wait again. patience: seconds, each time."""
    _send(processes, first)
    alive = _wait(processes, patience)
    _send(alive, signal.SIGKILL)
    _wait(alive, patience)


def is_alive(process: psutil.Process) -> bool:
    """Whether a process still works; one that ended but was not collected by its parent does not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def sweep_group(leader: int) -> None:
    """Kill what is left of a process group whose leader has ended."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _all() -> Iterator[psutil.Process]:
    for pid in psutil.pids():
        try:
            yield psutil.Process(pid)
        except psutil.Error:
            continue


def _identity(folder: Path) -> tuple[int, int] | None:
    """Device and inode: a path alone may name another folder inside a container."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _program(process: psutil.Process) -> str:
    try:
        return Path(process.exe()).name
    except psutil.Error:
        return ""


def _environment(process: psutil.Process) -> dict[str, str]:
    try:
        return dict(process.environ())
    except (psutil.Error, OSError):
        return {}


def _wait(processes: Sequence[psutil.Process], patience: float) -> list[psutil.Process]:
    """Wait until all have ended. Returns those that have not."""
    deadline = time.monotonic() + patience
    alive = [process for process in processes if is_alive(process)]
    while alive and time.monotonic() < deadline:
        time.sleep(0.02)
        alive = [process for process in alive if is_alive(process)]
    return alive


def _send(processes: Sequence[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.Error:
            continue
