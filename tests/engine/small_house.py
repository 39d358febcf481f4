"""The real supervisor over real servers, with small stand-ins for web server, worker and scheduler.

test_supervisor.py starts it as a process of its own, with the data folder in the environment:
`python -m tests.engine.small_house`.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from opsdesk.embedded import CHECKOUT
from opsdesk.supervisor import __main__ as command_line
from opsdesk.supervisor import engine, plan
from opsdesk.supervisor.services import Program

WEB = """
import http.server, os, socket, sys
server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler, bind_and_activate=False)
server.socket = socket.socket(fileno=int(sys.argv[1]))
server.serve_forever()
"""
# Ignores every polite request, and has a child of its own.
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
time.sleep(600)
"""


def steps(env: Mapping[str, str], *, demo: bool) -> list[plan.Step]:
    """Nothing to prepare."""
    return []


def demo_accounts(env: Mapping[str, str]) -> Program:
    """One log-in."""
    return Program("demo_accounts", [sys.executable, "-c", "print('lin / demo')"], env, CHECKOUT)


def programs(env: Mapping[str, str], data: Path, web_socket: int) -> list[Program]:
    """A web server and a worker that does not want to end."""
    return [
        Program("web", [sys.executable, "-c", WEB, str(web_socket)], env, CHECKOUT, (web_socket,)),
        Program("worker", [sys.executable, "-c", STUBBORN], env, CHECKOUT),
    ]


if __name__ == "__main__":
    plan.steps, plan.demo_accounts, plan.programs = steps, demo_accounts, programs
    engine.PATIENCE = engine.LEFTOVER_PATIENCE = 1.0
    sys.exit(command_line.main())
