"""The printer beside each worker: what hostile papers cannot reach, and how it comes back (scenarios 86, 87)."""

import io
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from pypdf import PdfReader

from apps.documents import render_server as room
from apps.documents.render_server import MEGABYTE, Limits, RenderFailed, RenderServer, render_server

MARKER = "KESTREL-IN-A-FILE"
SMALL = "<p>小票</p>"


@pytest.fixture
def server() -> Iterator[RenderServer]:
    """A printer of the test's own, with little time and memory."""
    own = RenderServer(Limits(seconds=6, memory=320 * MEGABYTE, papers=3))
    yield own
    own.close()


class Listener:
    """Counts who knocks on a port of this machine."""

    def __init__(self) -> None:
        self.hits = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        while True:
            try:
                caller, _address = self._socket.accept()
            except OSError:
                return
            self.hits += 1
            caller.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    own = Listener()
    yield own
    own.close()


def hostile(web: str, file: str) -> list[str]:
    """Every way of markup and styles to load something, from the web and from the disk."""
    ways = [
        '<img src="{0}">', '<link rel="stylesheet" href="{0}">', '<link rel="attachment" href="{0}">',
        '<a rel="attachment" href="{0}">x</a>', '<object data="{0}"></object>', '<embed src="{0}">',
        '<iframe src="{0}"></iframe>', '<video poster="{0}"></video>', '<input type="image" src="{0}">',
        '<base href="{0}/"><img src="x.png">', "<style>@import url({0});</style>", "<style>@import '{0}';</style>",
        "<p style=\"background:url('{0}')\">x</p>", "<p style=\"list-style-image:url('{0}');display:list-item\">x</p>",
        "<style>p::before{{content:url({0})}}</style><p>x</p>", "<style>@page{{background:url({0})}}</style><p>x</p>",
        "<style>@font-face{{font-family:x;src:url({0})}}</style><p style='font-family:x'>x</p>",
        "<style>@font-face{{font-family:y;src:local('y'),url({0})}}</style><p style='font-family:y'>x</p>",
        '<svg><image href="{0}" width="9" height="9"/></svg>',
        '<svg><use href="{0}#a"/></svg>', "<svg><style>@import url({0});</style><rect width='9' height='9'/></svg>",
        '<p style="border-image-source:url(\'{0}\');border:3px solid">x</p>', '<meta http-equiv="refresh" content="0;url={0}">',
        "<!DOCTYPE x [<!ENTITY e SYSTEM '{0}'>]><p>&e;</p>", '<p style="cursor:url({0})">x</p>',
    ]  # fmt: skip
    return [way.format(address) for way in ways for address in (web, file)]


def test_no_markup_reaches_the_network_or_the_disk(tmp_path: Path, listener: Listener) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text(f"<svg xmlns='http://www.w3.org/2000/svg'><text>{MARKER}</text></svg>", "utf-8")
    ways = hostile(f"http://127.0.0.1:{listener.port}/a", secret.as_uri())
    ways += [f'<img src="{scheme}127.0.0.1:{listener.port}/a">' for scheme in ("ftp://", "https://", "//", "gopher://")]

    whole = render_server().lay_out("<meta charset=utf-8>" + SMALL + "".join(ways)).pdf
    single = b"".join(render_server().lay_out("<meta charset=utf-8>" + way).pdf for way in ways)
    for address in (f"http://127.0.0.1:{listener.port}/a", secret.as_uri()):
        with pytest.raises(RenderFailed, match="broken"):
            render_server().lay_out(f"<style>@color-profile --c{{src:url({address})}}</style>")

    reader = PdfReader(io.BytesIO(whole))
    assert "小票" in reader.pages[0].extract_text()
    assert listener.hits == 0
    assert dict(reader.attachments) == {}
    assert MARKER not in "".join(page.extract_text() for page in reader.pages)
    assert MARKER.encode() not in whole + single


def test_the_listener_of_these_tests_does_count(listener: Listener) -> None:
    with socket.create_connection(("127.0.0.1", listener.port)) as caller:
        caller.recv(1)

    assert listener.hits == 1


@pytest.mark.parametrize(
    ("attempt", "allowed"),
    [
        ("socket.create_connection(('127.0.0.1', 9))", False),
        ("socket.getaddrinfo('localhost', 80)", False),
        ("subprocess.run(['true'])", False),
        ("os.system('true')", False),
        ("open('/etc/hostname').read()", False),
        ("open(os.path.join(sys.prefix, 'x'), 'w')", False),
        ("os.open(os.path.join(sys.prefix, 'x'), os.O_CREAT)", False),
        ("os.remove('/nowhere')", False),
        ("open(json.__file__).read()", True),
    ],
)
def test_the_interpreter_itself_is_shut_below_every_library(attempt: str, allowed: bool) -> None:
    script = (
        "import json, os, runpy, socket, subprocess, sys\n"
        f"worker = runpy.run_path({str(room.SCRIPT)!r}, run_name='worker')\n"
        "worker['close_doors']((sys.prefix, sys.base_prefix))\n"
        f"try:\n    {attempt}\nexcept PermissionError as error:\n    sys.exit(7 if 'a paper' in str(error) else 1)\n"
    )

    ended = subprocess.run(
        [sys.executable, "-B", "-c", script], env=room._environment(), capture_output=True, check=False
    )

    assert ended.returncode == (0 if allowed else 7), ended.stderr


def test_the_printer_knows_no_setting_and_no_secret(monkeypatch: pytest.MonkeyPatch, server: RenderServer) -> None:
    monkeypatch.setenv("SECRET_KEY", MARKER)
    server.lay_out(SMALL)

    inherited = Path(f"/proc/{server.process_id}/environ").read_text()

    assert MARKER not in inherited
    assert "DATABASE_URL" not in inherited
    assert {line.partition("=")[0] for line in inherited.split("\0") if line} <= {
        "PATH", "LD_LIBRARY_PATH", "LANG", "FONTCONFIG_FILE", "XDG_DATA_HOME", "XDG_DATA_DIRS",
    }  # fmt: skip


def test_a_paper_without_end_is_stopped_in_time_and_the_next_one_is_printed(server: RenderServer) -> None:
    server.lay_out(SMALL)
    first = server.process_id

    with pytest.raises(RenderFailed) as stopped:
        server.lay_out("<table>" + "<tr><td>1<td>2<td>3" * 100_000 + "</table>")

    assert stopped.value.code == "too_slow"
    assert server.lay_out(SMALL).pages == 1
    assert server.process_id != first
    assert not is_alive(first)


def test_a_paper_that_eats_memory_is_stopped_and_the_next_one_is_printed() -> None:
    server = RenderServer(Limits(seconds=30, memory=260 * MEGABYTE))

    with pytest.raises(RenderFailed) as stopped:
        server.lay_out("<p>" + "货物 " * 4_000_000)

    assert stopped.value.code == "too_large"
    assert server.lay_out(SMALL).pages == 1
    server.close()


@pytest.mark.parametrize("size", ["width:1000000000px;height:1000000000px", "font-size:100000000pt", "margin:1e30px"])
def test_absurd_sizes_do_not_hang_the_printer(server: RenderServer, size: str) -> None:
    with suppress(RenderFailed):
        assert server.lay_out(f'<p style="{size}">货</p>').pages < 5

    assert server.lay_out(SMALL).pages == 1


def test_a_killed_printer_is_replaced(server: RenderServer) -> None:
    server.lay_out(SMALL)
    killed = server.process_id
    assert killed is not None

    os.kill(killed, signal.SIGKILL)
    os.waitid(os.P_PID, killed, os.WEXITED | os.WNOWAIT)

    assert server.lay_out(SMALL).pages == 1
    assert server.process_id not in {None, killed}


def test_a_printer_that_is_killed_at_work_says_so_and_is_replaced(server: RenderServer) -> None:
    server.lay_out(SMALL)
    killed = server.process_id
    assert killed is not None
    threading.Timer(0.5, os.kill, (killed, signal.SIGKILL)).start()

    with pytest.raises(RenderFailed) as stopped:
        server.lay_out("<table>" + "<tr><td>1<td>2<td>3" * 100_000 + "</table>")

    assert stopped.value.code == "broken"
    assert server.lay_out(SMALL).pages == 1


def test_one_warm_process_prints_paper_after_paper_and_is_renewed_in_time(server: RenderServer) -> None:
    seen = []
    for _ in range(4):
        server.lay_out(SMALL)
        seen.append(server.process_id)

    assert seen[0] == seen[1] is not None
    assert seen[2] is None
    assert seen[3] not in {None, seen[0]}
    assert not is_alive(seen[0])


def test_the_printer_ends_with_its_owner() -> None:
    script = (
        "import sys, os, signal\n"
        "from apps.documents.render_server import RenderServer\n"
        "server = RenderServer()\n"
        "server.lay_out('<p>1</p>')\n"
        "print(server.process_id, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = room.FOLDER.parents[1]

    ended = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, check=False)
    printer = int(ended.stdout)

    assert ended.returncode == -signal.SIGKILL
    assert has_ended(printer)


def is_alive(process: int | None) -> bool:
    return process is not None and Path(f"/proc/{process}").exists()


def has_ended(process: int) -> bool:
    """Whether a process that is not ours ends within ten seconds."""
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    with open(handle, "rb", buffering=0) as watched:
        return bool(select.select([watched], [], [], 10)[0])
