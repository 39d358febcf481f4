"""Remove what is past its time, and bytes that no row knows."""

import time
import uuid
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from apps.files.models import StoredFile
from apps.files.sealed import path_of

ORPHAN_AFTER_SECONDS = 24 * 60 * 60


def expire_files() -> int:
    """Remove the bytes of expired files and of uploads whose transaction never ended. Returns how many went."""
    with transaction.atomic():
        due = StoredFile.objects.filter(removed_at__isnull=True, expires_at__lte=timezone.now())
        keys = list(due.locked().values_list("key", flat=True))
        StoredFile.objects.filter(key__in=keys).update(removed_at=Now())
    for key in keys:
        path_of(str(key)).unlink(missing_ok=True)
    return len(keys) + _remove_orphans()


def _remove_orphans() -> int:
    old = time.time() - ORPHAN_AFTER_SECONDS
    aged = (path for path in Path(settings.FILES_DIR).glob("??/*") if path.stat().st_mtime < old)
    found = {path.stem: path for path in aged if _is_key(path.stem)}
    kept = StoredFile.objects.filter(key__in=list(found), removed_at__isnull=True)
    known = {str(key) for key in kept.values_list("key", flat=True)}
    orphans = [path for name, path in found.items() if name not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def _is_key(name: str) -> bool:
    try:
        uuid.UUID(name)
    except ValueError:
        return False
    return True
