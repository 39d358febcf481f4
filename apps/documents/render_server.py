"""The render server: one warm process beside each worker process, asked by JSON over pipes (docs/adr/0009).

It has no network, no files, no settings and no secrets; it may use so much time and memory and no more. Whatever goes
wrong with it, it is replaced for the next paper.
"""

import base64
import json
import os
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any, cast

import pylopdf_fonts_zh_cn

FOLDER = Path(__file__).parent
SCRIPT = FOLDER / "render_worker.py"
STYLE = FOLDER / "static" / "documents" / "paper.css"
MEGABYTE = 1024 * 1024
LOADER_VARIABLES = ("PATH", "LD_LIBRARY_PATH")
TOO_SLOW, TOO_LARGE, BROKEN = "too_slow", "too_large", "broken"
_TIME_IS_UP = {-signal.SIGXCPU}
_OUT_OF_MEMORY = {3, -signal.SIGABRT, -signal.SIGSEGV, -signal.SIGTRAP, -signal.SIGBUS}


class RenderFailed(Exception):
    """The paper could not be laid out. code: too_slow, too_large or broken."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Limits:
    """What one process may use. seconds: for one part of a paper. starting: until it is warm. papers: then it is replaced."""

    starting: int = 60
    seconds: int = 30
    memory: int = 512 * MEGABYTE
    papers: int = 100


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A paper, or a piece of one, as PDF, and how many pages it has."""

    pdf: bytes
    pages: int


class RenderServer:
    """The process and its pipe. One request at a time; threads of one process take turns."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._turn = threading.Lock()
        self._process: _Process | None = None
        self._served = 0

    def lay_out(self, html: str) -> LaidOut:
        """One page of HTML as paper. Raises RenderFailed."""
        return self._asked({"html": html})

    def join(self, parts: Sequence[LaidOut], margins: str) -> LaidOut:
        """Parts one after the other, with the page margins of another paper over them. Raises RenderFailed."""
        return self._asked({"join": [base64.b64encode(part.pdf).decode() for part in parts], "html": margins})

    @property
    def process_id(self) -> int | None:
        """The process that is warm now, for those who watch it."""
        return self._process.pid if self._process else None

    def close(self) -> None:
        """End the process; the next paper starts another."""
        with self._turn:
            self._drop()

    def _asked(self, request: dict[str, Any]) -> LaidOut:
        with self._turn:
            process = self._warm()
            try:
                answer = process.answer(request)
            except RenderFailed:
                self._drop()
                raise
            self._served += 1
            if self._served >= self.limits.papers or answer.get("refused") == TOO_LARGE:
                self._drop()
        if "pdf" not in answer:
            raise RenderFailed(answer.get("refused", BROKEN))
        return LaidOut(base64.b64decode(answer["pdf"]), answer["pages"])

    def _warm(self) -> "_Process":
        if self._process is None or not self._process.is_alive:
            self._drop()
            self._process = _Process(self.limits)
        return self._process

    def _drop(self) -> None:
        process, self._process, self._served = self._process, None, 0
        if process is not None:
            process.end()


class _Process:
    """One process: started, asked, ended. Raises RenderFailed when it has gone, and why."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._timed_out = False
        arguments = [str(limits.memory), str(limits.seconds)]
        # Only this interpreter and this project's script are run; nothing of a paper reaches the command line.
        self._process = subprocess.Popen(  # noqa: S603 - see the line above
            [sys.executable, "-I", "-B", str(SCRIPT), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=_environment(),
        )
        self.end = weakref.finalize(self, _end, self._process, os.getpid())
        self._ask({"style": STYLE.read_text("utf-8")}, limits.starting)

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Ask for a paper and wait, no longer than the limit."""
        return self._ask(request, self._limits.seconds)

    def _ask(self, request: dict[str, Any], seconds: int) -> dict[str, Any]:
        clock = threading.Timer(seconds, self._time_is_up)
        clock.daemon = True
        clock.start()
        try:
            line = self._exchange(json.dumps(request).encode() + b"\n")
        finally:
            clock.cancel()
        if not line.endswith(b"\n"):
            raise RenderFailed(self._cause_of_death())
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _exchange(self, request: bytes) -> bytes:
        pipe = cast(IO[bytes], self._process.stdin)
        try:
            pipe.write(request)
            pipe.flush()
        except BrokenPipeError:
            return b""
        return cast(IO[bytes], self._process.stdout).readline()

    def _time_is_up(self) -> None:
        self._timed_out = True
        self._process.kill()

    def _cause_of_death(self) -> str:
        # A closed pipe means that the process is gone, so this waits for nothing but its exit status.
        code = self._process.wait()
        if self._timed_out or code in _TIME_IS_UP:
            return TOO_SLOW
        return TOO_LARGE if code in _OUT_OF_MEMORY else BROKEN


def _environment() -> dict[str, str]:
    """What the loader and the font library need, and nothing of ours."""
    kept = {name: os.environ[name] for name in LOADER_VARIABLES if name in os.environ}
    fonts = str(Path(pylopdf_fonts_zh_cn.sans_path()).parent)
    return {
        **kept,
        "LANG": "C.UTF-8",
        "FONTCONFIG_FILE": str(FOLDER / "fonts.conf"),
        "XDG_DATA_HOME": fonts,
        # Unset, it stands for all that the machine shares, its fonts among them.
        "XDG_DATA_DIRS": fonts,
    }


def _end(process: "subprocess.Popen[bytes]", owner: int) -> None:
    if os.getpid() != owner:
        return  # a fork of the owner, which has only inherited the reminder
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            with suppress(BrokenPipeError):
                pipe.close()


@cache
def _server_of(_process_id: int) -> RenderServer:
    return RenderServer()


def render_server() -> RenderServer:
    """This process's own render server; a worker forked from another does not share its pipes."""
    return _server_of(os.getpid())
