"""Ask what runs in this container how it is: `python deploy/health.py live` or `ready` for the web, or `worker`.

None of it loads the application: a check that comes every minute must cost less than what it looks after.
"""

import http.client
import os
import socket
import sys
from pathlib import Path

GOOD = 200
ANSWERS_WITHIN = 5.0


def main() -> int:
    """Return 0 when all is well, else 1."""
    return ask_worker() if sys.argv[1] == "worker" else ask_web(sys.argv[1])


def ask_web(page: str) -> int:
    """Whether the page answers 200. Django answers only to its own host names, so the first of ALLOWED_HOSTS goes along."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    line = http.client.HTTPConnection("127.0.0.1", 8000, timeout=4)
    try:
        line.request("GET", f"/{page}", headers={"Host": host, "X-Forwarded-Proto": "https"})
        answer = line.getresponse()
        text = answer.read(2000).decode("utf-8", errors="replace")
    except OSError as problem:
        sys.stdout.write(f"{problem}\n")
        return 1
    sys.stdout.write(f"{answer.status} {text}\n")
    return 0 if answer.status == GOOD else 1


def ask_worker() -> int:
    """Whether this container's worker hears the doorbell and answers."""
    from celery import Celery  # noqa: PLC0415 - the web's check comes four times a minute and needs none of it
    from kombu.exceptions import OperationalError  # noqa: PLC0415 - the same

    doorbell = Celery(broker=Path(os.environ["REDIS_URL_FILE"]).read_text(encoding="utf-8").strip())
    doorbell.conf.broker_transport_options = {"socket_timeout": 2, "socket_connect_timeout": 2}
    try:
        answers = doorbell.control.ping([f"celery@{socket.gethostname()}"], timeout=ANSWERS_WITHIN)
    except OperationalError as problem:
        sys.stdout.write(f"{problem}\n")
        return 1
    sys.stdout.write(f"{answers}\n")
    return 0 if answers else 1


if __name__ == "__main__":
    sys.exit(main())
