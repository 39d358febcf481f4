"""Says what this machine lacks before anything else happens, and the one command that installs it.

Runs with the system's own Python before a virtual environment exists, so it uses the standard library alone
and imports nothing of opsdesk: `python3 -I opsdesk/preflight.py --for run`.
"""

from __future__ import annotations  # so that an older Python gets as far as naming the problem

import argparse
import ctypes
import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

OLDEST_PYTHON = (3, 11)
NEWEST_PYTHON = (3, 13)
PIP = Path(__file__).resolve().parents[1] / ".venv" / "bin" / "pip"
FONTS = Path("/usr/share/fonts")
SEARCH_PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])


class Need(NamedTuple):
    """Something a machine must have: what it is, the Debian packages that bring it, and how to find it."""

    what: str
    packages: Sequence[str]
    is_there: Callable[[], bool]


def library(name: str) -> Callable[[], bool]:
    """Whether a shared library can be loaded."""

    def is_there() -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return is_there


def program(name: str) -> Callable[[], bool]:
    """Whether a program can be found."""
    return lambda: shutil.which(name, path=SEARCH_PATH) is not None


def can_make_environments() -> bool:
    """Whether this Python can make a virtual environment with pip in it, or has made ours already."""
    return PIP.exists() or importlib.util.find_spec("ensurepip") is not None


def has_chinese_font() -> bool:
    """Whether a font with Chinese characters is installed."""
    return any(FONTS.rglob("*CJK*"))


RUN = [
    Need("Python's virtual environments (venv with pip)", ["python3-venv"], can_make_environments),
    Need("Pango, which sets the text of PDF papers", ["libpango-1.0-0"], library("libpango-1.0.so.0")),
    Need("Pango's font support", ["libpangoft2-1.0-0"], library("libpangoft2-1.0.so.0")),
    Need("HarfBuzz, which embeds fonts", ["libharfbuzz-subset0"], library("libharfbuzz-subset.so.0")),
    Need("setpriv, which ties the servers to their supervisor", ["util-linux"], program("setpriv")),
    Need("useradd, which makes the servers' system user", ["passwd"], program("useradd")),
]
CHECK = [
    *RUN,
    Need("Chromium, in which the tests click", ["chromium"], program("chromium")),
    Need("gettext, which checks the translations", ["gettext"], program("msgfmt")),
]
PICTURES = [*CHECK, Need("a Chinese font for pictures of pages", ["fonts-noto-cjk"], has_chinese_font)]
PURPOSES = {"run": RUN, "check": CHECK, "pictures": PICTURES}


def python_problem(version: Sequence[int]) -> str:
    """What is wrong with this Python, or nothing."""
    found = tuple(version[:2])
    if OLDEST_PYTHON <= found <= NEWEST_PYTHON:
        return ""
    return (
        f"opsdesk needs Python 3.11 (up to 3.13), and this is Python {found[0]}.{found[1]}.\n"
        f"On Debian 12 this installs it:\n\n    {install(['python3', 'python3-venv'])}\n\n"
        "With several Pythons on the machine, name the right one: make run PYTHON=python3.11\n"
    )


def missing(purpose: str) -> list[Need]:
    """What this machine lacks for the purpose: run, check, or check with pictures of pages."""
    return [need for need in PURPOSES[purpose] if not need.is_there()]


def packages(needs: Sequence[Need]) -> list[str]:
    """The Debian packages that bring these needs, each once."""
    return list(dict.fromkeys(package for need in needs for package in need.packages))


def install(names: Sequence[str]) -> str:
    """The command that installs packages on Debian."""
    sudo = "" if os.geteuid() == 0 else "sudo "
    return f"{sudo}apt-get update && {sudo}apt-get install -y {' '.join(names)}"


def complaint(needs: Sequence[Need]) -> str:
    """What a person reads when something is missing."""
    lacks = "\n".join(f"  - {need.what} ({' '.join(need.packages)})" for need in needs)
    return f"This machine lacks:\n\n{lacks}\n\nThis installs it:\n\n    {install(packages(needs))}\n"


def main() -> int:
    """Print what is missing. Returns 1 if something is, so that nothing else begins."""
    parser = argparse.ArgumentParser(description="Say what this machine lacks for opsdesk.")
    parser.add_argument("--for", dest="purpose", choices=sorted(PURPOSES), default="run")
    parser.add_argument("--packages", action="store_true", help="print the missing Debian packages and succeed")
    options = parser.parse_args()
    needs = missing(options.purpose)
    if options.packages:
        sys.stdout.write(" ".join(packages(needs)))
        return 0
    problem = python_problem(sys.version_info[:2]) or (complaint(needs) if needs else "")
    sys.stderr.write(problem)
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
