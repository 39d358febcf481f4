"""xlsx and xls, read in a process of their own: see `sheet_worker.py`."""

import json
import os
import signal
import subprocess
import sys
import weakref
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, cast

from apps.core.tabular.detect import Container
from apps.core.tabular.errors import (
    DamagedFile,
    PasswordProtected,
    TabularError,
    TooComplex,
    TooManyColumns,
    TooManyRows,
)
from apps.core.tabular.figures import cell_text
from apps.core.tabular.limits import MEGABYTE, Limits
from apps.core.tabular.marks import no_result
from apps.core.tabular.sources import HEAD_ROWS, Cells, IteratedRecords, Part

_SCRIPT = Path(__file__).with_name("sheet_worker.py")
_SECONDS = 60
# Memory in proportion to what is really in the workbook: a small file that claims a million cells gets none of it.
_BASE_MEMORY = 64 * MEGABYTE
_MOST_MEMORY = 2048 * MEGABYTE
_MEMORY_PER_BYTE = 8
_REFUSALS: Mapping[str, type[TabularError]] = {"password": PasswordProtected, "damaged": DamagedFile}
_OUT_OF_MEMORY = 3
_OUT_OF_BOUNDS = {_OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGXCPU, -signal.SIGKILL, -signal.SIGSEGV}

# Sheet name → row number → columns (from 0) of cells whose value cannot be known.
Blanks = Mapping[str, Mapping[int, set[int]]]


class WorkbookSource:
    """A workbook held by a worker process. Each visible sheet is a part."""

    encoding = ""

    def __init__(
        self, container: Container, data: bytes, expanded: int, limits: Limits, unknown: Blanks | None = None
    ) -> None:
        self.container = container
        self.data_rows = limits.sheet_rows
        self._limits, self._unknown = limits, unknown or {}
        memory = min(_BASE_MEMORY + expanded * _MEMORY_PER_BYTE, _MOST_MEMORY)
        self._worker = _Worker(data, memory)

    def parts(self) -> list[Part]:
        """The visible sheets. Raises TooManyRows, TooManyColumns, TooComplex for one that is too large."""
        sheets: list[dict[str, Any]] = self._worker.answer()
        for sheet in sheets:
            self._check_extent(sheet["rows"], sheet["columns"])
        return [
            Part(sheet["name"], list(self._texts(sheet["name"], iter(sheet["head"]))), index)
            for index, sheet in enumerate(sheets)
        ]

    def records(self, part: Part) -> IteratedRecords:
        """The sheet's rows; the worker tells one sheet only, and once."""
        self._worker.ask(part.key)
        rows = self._texts(part.name, self._worker.rows(), is_whole=True)
        return IteratedRecords(rows, self._limits.cell_characters)

    def close(self) -> None:
        """End the worker."""
        self._worker.close()

    def _check_extent(self, rows: int, columns: int) -> None:
        if rows > self._limits.sheet_rows + HEAD_ROWS:
            raise TooManyRows(limit=self._limits.sheet_rows)
        if columns > self._limits.columns:
            raise TooManyColumns(limit=self._limits.columns)
        if rows * columns > self._limits.sheet_cells:
            raise TooComplex

    def _texts(self, sheet: str, rows: Iterator[list[Any]], *, is_whole: bool = False) -> Iterator[Cells]:
        unknown = self._unknown.get(sheet, {})
        number = 0
        for number, row in enumerate(rows, 1):
            yield _marked([cell if cell.__class__ is str else cell_text(cell) for cell in row], unknown.get(number))
        # A sheet ends with its last filled cell, so rows of nothing but such cells have not been told.
        last = min(max(unknown, default=0), self.data_rows + HEAD_ROWS) if is_whole else 0
        for beyond in range(number + 1, last + 1):
            yield _marked([], unknown.get(beyond))


def _marked(cells: Cells, unknown: set[int] | None) -> Cells:
    for column in sorted(unknown or ()):
        cells += [""] * (column + 1 - len(cells))
        cells[column] = no_result(cells[column])
    return cells


class _Worker:
    """The process: gets the workbook, answers line by line, is killed when it is not needed any more."""

    def __init__(self, data: bytes, memory: int) -> None:
        arguments = [str(number) for number in (len(data), memory, _SECONDS, HEAD_ROWS)]
        # Only this interpreter and this project's script are run; nothing of the file reaches the command line.
        self._process = subprocess.Popen(  # noqa: S603 - see the line above
            [sys.executable, "-I", str(_SCRIPT), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ},
        )
        self._finish = weakref.finalize(self, _end, self._process)
        self._send(data)

    def ask(self, sheet: int) -> None:
        """Choose the sheet."""
        self._send(f"{sheet}\n".encode())

    def answer(self) -> Any:
        """The next line. Raises what the worker refused, or why it ended."""
        line = cast(IO[bytes], self._process.stdout).readline()
        if not line.endswith(b"\n"):
            raise self._cause_of_death()
        value = json.loads(line)
        if isinstance(value, dict):
            raise _REFUSALS[value["refused"]]
        return value

    def rows(self) -> Iterator[list[Any]]:
        """The chosen sheet's rows."""
        while batch := self.answer():
            yield from batch

    def close(self) -> None:
        """Kill the process if it still runs, and bury it."""
        self._finish()

    def _send(self, data: bytes) -> None:
        pipe = cast(IO[bytes], self._process.stdin)
        try:
            pipe.write(data)
            pipe.flush()
        except BrokenPipeError as error:
            raise self._cause_of_death() from error

    def _cause_of_death(self) -> TabularError:
        # A closed pipe means that the process is gone, so this waits for nothing but its exit status.
        return TooComplex() if self._process.wait() in _OUT_OF_BOUNDS else DamagedFile()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()
