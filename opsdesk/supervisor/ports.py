"""The web server's place: a port that is ours before anything else starts."""

import http.client
import socket

FIRST_PORT = 8000
PORTS_TRIED = 100
ANSWERS_WITHIN = 2.0


class PortTaken(Exception):
    """No port to listen on; says which and what to do."""


def listen(port: int | None) -> socket.socket:
    """A listening socket on this machine's own address: the named port, or the first free one from 8000 up.

    The supervisor holds it and hands it to the web server, so two checkouts never race for a port, and
    callers wait instead of being refused while the web server is being restarted. Raises PortTaken.
    """
    wanted = [port] if port else range(FIRST_PORT, FIRST_PORT + PORTS_TRIED)
    problem = ""
    for candidate in wanted:
        try:
            return _listening(candidate)
        except OSError as refusal:
            problem = f"Port {candidate} cannot be used: {refusal.strerror}."
    raise PortTaken(f"{problem} Choose another one, for example: make run PORT=9000")


def answers(port: int) -> bool:
    """Whether a web server answers on this port, whatever it says."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWERS_WITHIN)
    try:
        line.request("GET", "/live")
        line.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()
    return True


def _listening(port: int) -> socket.socket:
    place = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        place.bind(("127.0.0.1", port))
        place.listen(128)
    except OSError:
        place.close()
        raise
    return place
