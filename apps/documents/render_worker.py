"""The process that lays out papers: limited in memory and time, without network and without files.

Run as a script by `render_server.py`; imports nothing of the project. Arguments: bytes of memory, CPU seconds a paper.
First line in: `{"style": …}`, the style sheet of all papers. Each further line in is a request, each line out its answer:
`{"html": …}` → `{"pdf": base64, "pages": n}`; `{"join": [base64, …], "html": …}` → the parts joined, with the pages of
the html laid over them; `{"refused": "too_large" | "broken"}` when it could not be done.
"""

import base64
import gc
import io
import json
import os
import resource
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from pypdf import PdfReader, PdfWriter
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

OPEN_FILES = 64
OUT_OF_MEMORY = 3
# Boxes of a paper hang together until it is drawn: looking for waste among them all the time finds none and takes a sixth
# of a long paper. What is wasted in the end is found every so many objects; the limit of memory holds regardless.
WASTE = (200_000, 50, 100)
# What the layout library does for any page of the web and papers do not need; the files are the same with and without.
QUICKER = ("render_rules", "render_text", "render_boxes")
# What a process that only draws never does; asked by the interpreter itself, below every library.
CLOSED = (
    "socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "ctypes.dlopen", "os.remove",
    "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "shutil.", "tempfile.",
    "urllib.", "ftplib.", "http.",
)  # fmt: skip
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def _beside(name: str) -> ModuleType:
    """A module of this folder, found by its file: the printer's interpreter knows the project's modules by no name."""
    spec = spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Locked(URLFetcher):  # type: ignore[misc]  # the library is not typed
    """Fetches nothing: papers are whole as they come."""

    def fetch(self, url: str, headers: Any = None) -> Any:
        """Refuse, whatever the scheme; the paper is made without it."""
        raise ValueError("papers load nothing")


class HouseFonts(FontConfiguration):  # type: ignore[misc]  # the library is not typed
    """The fonts that the font library was started with, and none that a paper brings."""

    def add_font_face(self, rule_descriptors: Any, url_fetcher: Any) -> None:
        """Leave it out."""


class Printer:
    """The warm parts: fonts and the parsed style sheet."""

    def __init__(self, style: str) -> None:
        self.fonts = HouseFonts()
        for quicker in QUICKER:
            _beside(quicker).install()
        self.carried = _beside("render_fonts")
        self.carried.install()
        self.fetcher = Locked(allowed_protocols=(), allow_redirects=False)
        self.style = CSS(string=style, url_fetcher=self.fetcher, font_config=self.fonts)

    def pdf(self, html: str) -> tuple[bytes, int]:
        """One paper and how many pages it has."""
        laid_out = HTML(string=html, url_fetcher=self.fetcher).render(font_config=self.fonts, stylesheets=[self.style])
        return laid_out.write_pdf(finisher=self.carried.bare), len(laid_out.pages)

    def joined(self, parts: list[bytes], html: str) -> tuple[bytes, int]:
        """Parts one after the other; each page gets what the same page of the html shows in its margins."""
        whole = PdfWriter()
        for part in parts:
            whole.append(io.BytesIO(part))
        margins, count = self.pdf(html)
        for page, margin in zip(whole.pages, PdfReader(io.BytesIO(margins)).pages, strict=True):
            page.merge_page(margin)
        whole.compress_identical_objects()
        sink = io.BytesIO()
        whole.write(sink)
        return sink.getvalue(), count

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do what one line asks."""
        if "join" in request:
            pdf, pages = self.joined([base64.b64decode(part) for part in request["join"]], request["html"])
        else:
            pdf, pages = self.pdf(request["html"])
        return {"pdf": base64.b64encode(pdf).decode(), "pages": pages}


def limit_memory(memory: int) -> None:
    """Never more than this, whatever the paper says; nothing is written to any file."""
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NOFILE, OPEN_FILES)


def limit_time(seconds: int) -> None:
    """CPU time for the next paper: ends this process even if its parent is gone and nobody counts."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    wanted = int(usage.ru_utime + usage.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def _limit(kind: int, wanted: int) -> None:
    hard = resource.getrlimit(kind)[1]
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(kind, (allowed, allowed))


def close_doors(roots: tuple[str, ...]) -> None:
    """From now on the interpreter opens no network, starts nothing, and reads only its own code. Cannot be undone."""

    def guard(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _mode, flags = arguments
            if not str(path).startswith(roots) or flags & WRITING:
                raise PermissionError(f"a paper opens no file: {path!r}")
        elif event.startswith(CLOSED):
            raise PermissionError(f"a paper does not do this: {event}")

    sys.addaudithook(guard)


def say(value: dict[str, Any]) -> None:
    """One line to the parent."""
    sys.stdout.buffer.write(json.dumps(value).encode() + b"\n")
    sys.stdout.buffer.flush()


def main() -> None:
    """Serve one parent until it closes the pipe."""
    memory, seconds = map(int, sys.argv[1:3])
    printer = Printer(json.loads(sys.stdin.buffer.readline())["style"])
    printer.pdf("<p>1</p>")
    gc.freeze()
    gc.set_threshold(*WASTE)
    limit_memory(memory)
    close_doors((sys.prefix, sys.base_prefix))
    say({"ready": True})
    for line in sys.stdin.buffer:
        limit_time(seconds)
        try:
            answer = printer.answer(json.loads(line))
        except MemoryError:
            say({"refused": "too_large"})
            return
        except RecursionError:
            answer = {"refused": "too_large"}
        except (FatalURLFetchingError, ArithmeticError, LookupError, OSError, TypeError, ValueError, AttributeError):
            answer = {"refused": "broken"}
        say(answer)


if __name__ == "__main__":
    try:
        main()
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)
