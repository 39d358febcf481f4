"""Install the carriers that a house starts with; afterwards they are its own to change."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from apps.audit.context import signed
from apps.org.actors import Actor
from apps.warehouse.actions.rights import must
from apps.warehouse.models import Carrier

CARRIERS = Path("fixtures/rules/carriers.json")


def default_carriers() -> list[dict[str, Any]]:
    """The carriers of the fixture as they are written there."""
    carriers: list[dict[str, Any]] = json.loads((settings.BASE_DIR / CARRIERS).read_text(encoding="utf-8"))
    return carriers


@transaction.atomic
def install_default_carriers(*, by: Actor) -> int:
    """Add the default carriers whose code is not there yet; one that somebody changed or switched off stays as it is.

    Returns how many were added. Raises NotAllowed. Rule: WHS-53.
    """
    must(by, "warehouse.keep_carriers")
    known = set(Carrier.objects.values_list("code", flat=True))
    missing = [Carrier(**facts) for facts in default_carriers() if facts["code"] not in known]
    with signed("warehouse.carrier.install", by=by):
        Carrier.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)
