"""Files go when their time is over, leftovers of broken uploads a day later, and nothing else ever."""

import datetime as dt
import io
import os
import uuid
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from apps.core.errors import NotFound
from apps.files.actions import keep_file, open_file
from apps.files.models import StoredFile
from apps.files.sealed import path_of, write_sealed
from apps.files.tasks import expire
from apps.org.actors import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.rule("SEC-25")]
HOUR = dt.timedelta(hours=1)


def _kept(name: str, kept_for: dt.timedelta) -> StoredFile:
    return keep_file(io.BytesIO(name.encode()), name=name, kind="upload", by=SYSTEM, kept_for=kept_for)


def _leftover(hours: int) -> Path:
    """Bytes without a row, as a transaction leaves them that never ended."""
    key = str(uuid.uuid4())
    write_sealed(key, io.BytesIO(b"left"))
    return _aged(path_of(key), hours)


def _aged(path: Path, hours: int) -> Path:
    then = timezone.now().timestamp() - hours * 3600
    os.utime(path, (then, then))
    return path


def test_an_expired_file_loses_its_bytes_and_keeps_its_line() -> None:
    short, long = _kept("short.csv", HOUR), _kept("long.csv", 3 * HOUR)

    with time_machine.travel(timezone.now() + 2 * HOUR, tick=False):
        expire()

    short.refresh_from_db()
    assert short.removed_at is not None
    assert not path_of(str(short.key)).exists()
    with pytest.raises(NotFound):
        open_file(short)
    assert open_file(StoredFile.objects.get(pk=long.pk)).read() == b"long.csv"


def test_at_its_last_second_a_file_is_still_there() -> None:
    file = _kept("last.csv", HOUR)
    assert file.expires_at is not None

    with time_machine.travel(file.expires_at - dt.timedelta(seconds=1), tick=False):
        expire()

    assert open_file(StoredFile.objects.get()).read() == b"last.csv"


def test_a_file_without_an_end_stays() -> None:
    file = _kept("for_ever.csv", HOUR)
    StoredFile.objects.update(expires_at=None)
    _aged(path_of(str(file.key)), 24 * 4000)

    with time_machine.travel(timezone.now() + dt.timedelta(days=4000), tick=False):
        expire()

    assert open_file(StoredFile.objects.get()).read() == b"for_ever.csv"


def test_leftovers_go_after_a_day_and_an_upload_that_is_still_under_way_does_not() -> None:
    old, fresh = _leftover(25), _leftover(23)
    known = _kept("known.csv", 90 * 24 * HOUR)
    _aged(path_of(str(known.key)), 48)

    expire()

    assert (old.exists(), fresh.exists()) == (False, True)
    assert open_file(known).read() == b"known.csv"


def test_half_written_bytes_go_after_a_day_too() -> None:
    path = _leftover(25)
    half = _aged(path.rename(path.with_suffix(".part")), 25)

    expire()

    assert not half.exists()


def test_what_is_not_ours_is_left_alone() -> None:
    path = _leftover(25)
    foreign = path.with_name("README.txt")
    foreign.write_text("not a key")
    _aged(foreign, 1000)

    expire()

    assert foreign.exists()
    assert not path.exists()


def test_expiring_twice_is_harmless() -> None:
    file = _kept("once.csv", HOUR)
    with time_machine.travel(timezone.now() + 2 * HOUR, tick=False):
        expire()
        first = StoredFile.objects.get(pk=file.pk).removed_at
        expire()

    assert StoredFile.objects.get(pk=file.pk).removed_at == first
