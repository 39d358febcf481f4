"""What `make run` runs, as data: the steps before opsdesk opens, and the programs that keep it open."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from opsdesk.embedded import CHECKOUT, urls
from opsdesk.supervisor.services import Program

MARK = "OPSDESK_ENGINE"
DATABASE, REDIS = "DATABASE_URL", "REDIS_URL"


@dataclass(frozen=True)
class Step:
    """Something done once before opsdesk opens. says: what the console reads meanwhile."""

    says: str
    program: Program


def named(server: str) -> str:
    """The address under which the environment names a server, or nothing: then opsdesk brings its own."""
    return os.environ.get(server, "")


def environment(data: Path) -> dict[str, str]:
    """What every child is told: the servers that the environment names, else our own.

    By the mark a later run finds the children of a killed supervisor.
    """
    addresses = urls()
    return {
        **os.environ,
        DATABASE: named(DATABASE) or addresses.database,
        REDIS: named(REDIS) or addresses.redis,
        "DJANGO_SETTINGS_MODULE": "opsdesk.settings.local",
        "OPSDESK_DATA": str(data),
        "PYTHONUNBUFFERED": "1",
        MARK: str(data),
    }


def steps(env: Mapping[str, str], *, demo: bool) -> list[Step]:
    """What happens before opsdesk opens, in this order."""
    planned = [
        Step("Compiling the message catalogues", _manage("compile_catalogues", env)),
        Step("Bringing the database up to date", _manage("migrate", env, "--noinput")),
    ]
    if demo:
        load = _manage("load_demo", env, "--if-empty")
        planned.append(Step("Loading the demo company if the database is empty", load))
    return planned


def demo_accounts(env: Mapping[str, str]) -> Program:
    """Prints one log-in per role of the demo company."""
    return _manage("demo_accounts", env)


def programs(env: Mapping[str, str], data: Path, web_socket: int) -> list[Program]:
    """The programs that keep opsdesk open. web_socket: the listening socket that the web server inherits."""
    bind = ["--bind", f"fd://{web_socket}", "--no-control-socket"]
    size = ["--workers", "2", "--threads", "4", "--timeout", "60", "--graceful-timeout", "10"]
    web = ["gunicorn", "opsdesk.wsgi:application", *bind, *size]  # opsdesk logs requests itself, without their queries
    celery = ["celery", "-A", "opsdesk.celery:app"]
    worker = [*celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle", "-l", "INFO"]
    beat = [*celery, "beat", "--schedule", str(data / "beat-schedule"), "-l", "INFO"]
    return [
        _python("web", web, env, sockets=(web_socket,)),
        _python("worker", worker, env),
        _python("beat", beat, env),
    ]


def _manage(command: str, env: Mapping[str, str], *options: str) -> Program:
    return Program(command, [sys.executable, "manage.py", command, *options], env, CHECKOUT)


def _python(name: str, module: Sequence[str], env: Mapping[str, str], sockets: tuple[int, ...] = ()) -> Program:
    return Program(name, [sys.executable, "-m", *module], env, CHECKOUT, sockets)
