"""Ctrl-C and its kin, noticed while waiting instead of in the middle of a step."""

import os
import select
import signal
from types import FrameType, TracebackType
from typing import Any, Self

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(Exception):
    """Somebody asked opsdesk to end; raised only where the supervisor waits."""


class Signals:
    """Counts requests to stop. Waiting ends early when a signal arrives or a child ends."""

    def __init__(self) -> None:
        """Nothing is installed before `with`."""
        self.requests = 0
        self._before: dict[signal.Signals, Any] = {}
        self._read, self._write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def __enter__(self) -> Self:
        """Install the handlers; a hang-up that the caller (nohup) ignores stays ignored."""
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        for number in (*STOP_SIGNALS, signal.SIGCHLD):
            if number is signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
                continue
            self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put the earlier handlers back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(-1)
        os.close(self._read)
        os.close(self._write)

    def wait(self, seconds: float) -> None:
        """Wait, at most this long, until a signal arrives."""
        ready, _, _ = select.select([self._read], [], [], seconds)
        if ready:
            os.read(self._read, 4096)

    def pause(self, seconds: float) -> None:
        """Wait like `wait`. Raises StopRequested once somebody asked to stop."""
        if not self.requests:
            self.wait(seconds)
        if self.requests:
            raise StopRequested

    def _note(self, number: int, frame: FrameType | None) -> None:
        if number != signal.SIGCHLD:
            self.requests += 1
