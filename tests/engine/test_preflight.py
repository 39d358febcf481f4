"""What a machine lacks is named with the command that installs it, before anything else happens."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from opsdesk import preflight

PANGO = preflight.Need("Pango", ["libpango-1.0-0", "libpangoft2-1.0-0"], lambda: False)


def test_missing_pango_is_named_with_its_apt_get_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(preflight.PURPOSES, "run", [PANGO])
    monkeypatch.setattr(sys, "argv", ["preflight.py", "--for", "run"])
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    code = preflight.main()

    assert code == 1
    command = "apt-get update && apt-get install -y libpango-1.0-0 libpangoft2-1.0-0"
    assert f"\n    {command}\n" in capsys.readouterr().err


def test_somebody_who_is_not_root_reads_sudo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert preflight.install(["gettext"]) == "sudo apt-get update && sudo apt-get install -y gettext"


def test_one_command_installs_everything_that_running_needs() -> None:
    assert preflight.packages(preflight.RUN) == [
        "python3-venv",
        "libpango-1.0-0",
        "libpangoft2-1.0-0",
        "libharfbuzz-subset0",
        "util-linux",
        "passwd",
    ]


def test_a_library_that_is_not_there_is_noticed() -> None:
    assert not preflight.library("libpango-of-nowhere.so.0")()
    assert preflight.library("libc.so.6")()


@pytest.mark.parametrize("version", [(3, 9), (3, 10), (3, 14)])
def test_a_wrong_python_is_named(version: tuple[int, int]) -> None:
    problem = preflight.python_problem(version)

    assert problem.startswith(f"opsdesk needs Python 3.11 (up to 3.13), and this is Python {version[0]}.{version[1]}.")
    assert "apt-get install -y python3 python3-venv" in problem


def test_python_3_11_will_do() -> None:
    assert preflight.python_problem((3, 11)) == ""


def test_it_needs_nothing_but_the_standard_library() -> None:
    script = Path(preflight.__file__)

    done = subprocess.run(
        [sys.executable, "-I", "-S", str(script), "--packages"], check=False, capture_output=True, text=True
    )

    assert done.returncode == 0
    assert done.stderr == ""
