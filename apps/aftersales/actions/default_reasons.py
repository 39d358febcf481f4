"""The return reasons that a house starts with; afterwards they are its own to change."""

from typing import Any

from apps.aftersales.models import ReturnReason
from apps.aftersales.models.reason import USUAL


def write_default_reasons(**_: Any) -> None:
    """Fill an empty table after a migration; whatever somebody has changed stays as it is. Rule: AFT-18."""
    if not ReturnReason.objects.exists():
        reasons = [ReturnReason(code=code, position=(nth + 1) * 10) for nth, code in enumerate(USUAL)]
        ReturnReason.objects.bulk_create(reasons, ignore_conflicts=True)
