"""Ask the web server in this container how it is: `python deploy/health.py live` or `ready`.

Django answers only to its own host names, so the first of ALLOWED_HOSTS is sent along.
"""

import http.client
import os
import sys

GOOD = 200


def main() -> int:
    """Return 0 when the page answers 200, else 1."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    line = http.client.HTTPConnection("127.0.0.1", 8000, timeout=4)
    try:
        line.request("GET", f"/{sys.argv[1]}", headers={"Host": host, "X-Forwarded-Proto": "https"})
        answer = line.getresponse()
        text = answer.read(2000).decode("utf-8", errors="replace")
    except OSError as problem:
        sys.stdout.write(f"{problem}\n")
        return 1
    sys.stdout.write(f"{answer.status} {text}\n")
    return 0 if answer.status == GOOD else 1


if __name__ == "__main__":
    sys.exit(main())
