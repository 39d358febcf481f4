"""The order of things: servers, steps, programs, the box with the address; and all of it backwards."""

import os
import signal
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from opsdesk.embedded import EmbeddedPostgres, EmbeddedValkey, Unreachable, data_folder, processes
from opsdesk.embedded.accounts import CHOOSE_ANOTHER, make_passage, service_account
from opsdesk.embedded.locks import FolderLock
from opsdesk.embedded.places import CHECKOUT, SYSTEM_FOLDER, fingerprint
from opsdesk.embedded.server import POLL
from opsdesk.supervisor import console, logs, plan, ports, theirs
from opsdesk.supervisor.keeper import Keeper, how_it_ended
from opsdesk.supervisor.services import Program, ProgramService, Service
from opsdesk.supervisor.signals import Signals, StopRequested

PATIENCE = 15.0
LEFTOVER_PATIENCE = 5.0
OPEN_WITHIN = 120.0
LOG_LOOK_EVERY = 60.0


class StepFailed(Exception):
    """A step before opening did not succeed; carries the last lines of its log."""


@dataclass
class Engine:
    """One run of opsdesk over one data folder.

    port: None takes the first free one; demo: load the demo company and name its log-ins.
    """

    signals: Signals
    port: int | None = None
    demo: bool = True
    data: Path = field(default_factory=data_folder)

    def __post_init__(self) -> None:
        """Prepare; nothing is touched yet."""
        self._keeper = Keeper(console.report)
        self._programs: list[Service] = []
        self._place: socket.socket | None = None
        self._lock = FolderLock(self.data / "supervisor.lock")

    def run(self) -> None:
        """Run opsdesk until somebody asks it to stop.

        Raises InUse, Unreachable, ServerFailed, PortTaken or StepFailed when it cannot open; then nothing
        keeps running.
        """
        self._look_at_theirs()
        self._take_folder()
        try:
            self._open()
            self._watch()
        except StopRequested:
            console.report("Stopping opsdesk …")
        finally:
            self._close()

    def _look_at_theirs(self) -> None:
        """An address that happens to be exported may be another program's: say it, and touch no foreign table."""
        if address := plan.named(plan.DATABASE):
            console.say(f"DATABASE_URL is set: opsdesk works in {theirs.named(address)}, not in its own.")
            theirs.refuse_foreign(address)

    def _take_folder(self) -> None:
        make_passage(self.data, service_account())
        if self.data.stat().st_uid != os.geteuid():
            raise Unreachable(f"{self.data} belongs to another user. {CHOOSE_ANOTHER}")
        self._lock.acquire()
        if self.data == SYSTEM_FOLDER / fingerprint(CHECKOUT):
            console.say("Only root may enter this checkout's folder, and PostgreSQL does not run as root:")
        console.say(f"opsdesk keeps its data in {self.data}")
        leftovers = processes.marked(f"{plan.MARK}={self.data}")
        if leftovers:
            console.say(f"Ending {len(leftovers)} processes that an earlier run left behind …")
            processes.end(leftovers, signal.SIGTERM, LEFTOVER_PATIENCE)

    def _open(self) -> None:
        self._place = ports.listen(self.port)
        port = int(self._place.getsockname()[1])
        address = f"http://127.0.0.1:{port}/"
        self._lock.write_note(f"opsdesk already runs from this folder: {address}")
        logs.rotate_all(self._logs)
        self._start_servers()
        env = plan.environment(self.data)
        for step in plan.steps(env, demo=self.demo):
            self._do(step.says, step.program)
        accounts = self._accounts(env)
        self._start_programs(plan.programs(env, self.data, self._place.fileno()))
        self._wait_for_web(port)
        console.say(console.boxed(self._welcome(address, accounts)))

    def _start_servers(self) -> None:
        log = self._logs
        for variable, server in (
            (plan.DATABASE, EmbeddedPostgres(self.data / "postgres", log=log / "postgres.log")),
            (plan.REDIS, EmbeddedValkey(self.data / "valkey", log=log / "valkey.log")),
        ):
            if plan.named(variable):
                console.say(f"Using the server that {variable} names.")
                continue
            console.say(f"Starting {server.title} …")
            self._keeper.keep(server)
            server.wait_until_ready(pause=self.signals.pause)
            if isinstance(server, EmbeddedPostgres):
                server.ensure_database()

    def _start_programs(self, programs: Sequence[Program]) -> None:
        console.say("Starting the web server, the worker and the scheduler …")
        for program in programs:
            service = ProgramService(program, self._logs / f"{program.name}.log")
            self._programs.append(service)
            self._keeper.keep(service)

    def _do(self, says: str, program: Program) -> None:
        console.say(f"{says} …")
        self._run(ProgramService(program, self._logs / "setup.log"))

    def _run(self, step: ProgramService) -> None:
        """Run a step to its end; a request to stop ends it too."""
        step.launch()
        try:
            while (status := step.exit_status()) is None:
                self._keeper.tick()
                self.signals.pause(POLL)
        finally:
            step.kill()
        if status:
            raise StepFailed(f"{step.name} {how_it_ended(status)}. {processes.last_words(step.log)}")

    def _accounts(self, env: dict[str, str]) -> list[str]:
        if not self.demo:
            return ["While there is no user, the first page sets up the company and its administrator."]
        answer = self._logs / "demo_accounts.log"
        answer.unlink(missing_ok=True)
        self._run(ProgramService(plan.demo_accounts(env), answer, errors=self._logs / "setup.log"))
        return answer.read_text(encoding="utf-8").rstrip().splitlines()

    def _welcome(self, address: str, accounts: Sequence[str]) -> list[str]:
        return [f"opsdesk is open at {address}", "", *accounts, "", f"Logs: {self._logs}", "Ctrl-C stops it."]

    def _wait_for_web(self, port: int) -> None:
        deadline = time.monotonic() + OPEN_WITHIN
        while not ports.answers(port):
            if time.monotonic() > deadline:
                raise StepFailed(f"The web server is silent. {processes.last_words(self._logs / 'web.log')}")
            self._keeper.tick()
            self.signals.pause(POLL)

    def _watch(self) -> None:
        looked = time.monotonic()
        while True:
            self.signals.pause(0.5)
            self._keeper.tick()
            if time.monotonic() - looked > LOG_LOOK_EVERY:
                looked = time.monotonic()
                logs.rotate_all(self._logs)

    def _close(self) -> None:
        """Programs first, all at once; then the servers they use; then whatever still carries our mark."""
        self._keeper.stop(self._programs, PATIENCE, self.signals)
        self._keeper.stop_all(PATIENCE, self.signals)
        if self._place:
            self._place.close()
        processes.end(processes.marked(f"{plan.MARK}={self.data}"), signal.SIGKILL, LEFTOVER_PATIENCE)
        self._lock.release()
        console.report("opsdesk has stopped.")

    @property
    def _logs(self) -> Path:
        return self.data / "logs"
