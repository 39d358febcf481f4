"""The coefficients that a house starts with; afterwards a new table begins on a later day."""

import datetime as dt
from typing import Any

from apps.staff.models import CoefficientBand
from apps.staff.rules.scores import USUAL_BANDS

BEGINNING = dt.date(2000, 1, 1)


def write_default_coefficients(**_: Any) -> None:
    """Fill an empty table after a migration; whatever somebody has added stays. Rule: STF-73."""
    if not CoefficientBand.objects.exists():
        bands = [
            CoefficientBand(effective_from=BEGINNING, from_score=band.from_score, coefficient=band.coefficient)
            for band in USUAL_BANDS
        ]
        CoefficientBand.objects.bulk_create(bands, ignore_conflicts=True)
