"""Keeps services running: whatever ends is started again, a little later each time it ends quickly."""

import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from opsdesk.embedded import InUse, ServerFailed, Unreachable
from opsdesk.supervisor.services import Service
from opsdesk.supervisor.signals import Signals

FIRST_DELAY = 0.5
LONGEST_DELAY = 10.0
STEADY_AFTER = 30.0
POLL = 0.1


@dataclass
class _Kept:
    service: Service
    started: float
    delay: float = FIRST_DELAY
    due: float | None = None


class Keeper:
    """Watches services. say: prints one line for the person at the console; clock: seconds, never back."""

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is kept yet."""
        self._say = say
        self._clock = clock
        self._kept: list[_Kept] = []

    def keep(self, service: Service) -> None:
        """Start a service and watch over it from now on."""
        self._kept.append(_Kept(service, self._clock()))
        service.launch()

    def watch(self, service: Service) -> None:
        """Watch over a service that runs already."""
        self._kept.append(_Kept(service, self._clock()))

    def tick(self) -> None:
        """Notice what has ended and start what is due."""
        for kept in self._kept:
            if kept.due is None:
                self._notice(kept)
            elif self._clock() >= kept.due:
                self._start_again(kept)

    def stop(self, services: Sequence[Service], patience: float, signals: Signals) -> None:
        """End these services together: ask, wait up to `patience` seconds, then kill.

        A further request to stop during the wait (Ctrl-C again) ends the wait.
        """
        chosen = [kept for kept in self._kept if kept.service in services]
        self._kept = [kept for kept in self._kept if kept not in chosen]
        for kept in chosen:
            kept.service.request_stop()
        deadline, requests = self._clock() + patience, signals.requests
        while any(kept.due is None and kept.service.exit_status() is None for kept in chosen):
            if self._clock() >= deadline or signals.requests > requests:
                break
            signals.wait(POLL)
        for kept in chosen:
            self._kill(kept.service)

    def stop_all(self, patience: float, signals: Signals) -> None:
        """End everything one by one, what was started last first."""
        for kept in reversed(list(self._kept)):
            self.stop([kept.service], patience, signals)

    def _notice(self, kept: _Kept) -> None:
        status = kept.service.exit_status()
        if status is not None:
            if self._clock() - kept.started > STEADY_AFTER:
                kept.delay = FIRST_DELAY
            self._postpone(kept, f"{kept.service.name} {how_it_ended(status)}")

    def _start_again(self, kept: _Kept) -> None:
        kept.due, kept.started = None, self._clock()
        try:
            kept.service.launch()
        except (InUse, ServerFailed, Unreachable, OSError) as problem:
            self._postpone(kept, f"{kept.service.name} did not start: {problem}")

    def _kill(self, service: Service) -> None:
        try:
            service.kill()
        except subprocess.TimeoutExpired:
            self._say(f"{service.name} does not end; the system holds it. The others are ended all the same.")

    def _postpone(self, kept: _Kept, what_happened: str) -> None:
        self._say(f"{what_happened}. Starting it again in {kept.delay:g} s. Its log: {kept.service.log}")
        kept.due = self._clock() + kept.delay
        kept.delay = min(kept.delay * 2, LONGEST_DELAY)


def how_it_ended(status: int) -> str:
    """An exit status as a person says it."""
    if status >= 0:
        return f"ended with exit code {status}"
    try:
        return f"was ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"was ended by signal {-status}"
