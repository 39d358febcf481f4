"""Export price changes: counted, written into the book of exports (SEC-31)."""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.audit.models import Export
from apps.core.errors import Invalid, NotAllowed
from apps.core.speech import filled
from apps.core.tabular import Sheet, write_xlsx
from apps.org.actors import Actor
from apps.org.scope import visible
from apps.stores.models import PriceChange
from apps.stores.workflows.change import ChangeState

MOST_ROWS = 10_000


def export_changes(changes: "QuerySet[PriceChange]", sink: BinaryIO, *, query: Mapping[str, Any], by: Actor) -> int:
    """Write the price changes that the actor may see as a workbook. Returns how many.

    query: what was filtered, for the book, whose line commits with the caller's transaction. Raises NotAllowed without
    the right to export, Invalid for more than 10,000 rows. Rule: SEC-31.
    """
    if not by.may("stores.export_change") or by.user is None:
        raise NotAllowed(_("You do not have the right to export price changes."))
    mine = visible(changes, by)
    rows = mine.order_by().values("pk")[: MOST_ROWS + 1].count()
    if rows > MOST_ROWS:
        raise Invalid(filled(_("An export has at most %(most)s rows; choose a shorter period."), most=MOST_ROWS))
    write_xlsx(sink, [Sheet(_("Price changes"), _header(), _cells(mine))])
    Export.objects.create(user=by.user, user_name=by.name, kind="price_changes", query=dict(query), rows=rows)
    return rows


def _header() -> list[str]:
    return [
        _("State"), _("Store"), _("Platform item number"), _("Merchant code"), _("Title"), _("Price now"), _("New price"),
        _("Applies on"), _("Reason"), _("Proposed by"), _("Proposed at"), _("Decided at"), pgettext("change", "Applied at"),
    ]  # fmt: skip


def _cells(changes: "QuerySet[PriceChange]") -> Iterator[tuple[Any, ...]]:
    labels = dict(ChangeState.choices)
    rows = changes.order_by("-pk").values_list(
        "state", "listing__store__name", "listing__platform_item_id", "listing__outer_code", "listing__title",
        "old_price", "new_price", "applies_on", "reason", "made_by__name", "made_at", "decided_at", "applied_at",
    )  # fmt: skip
    for state, *rest in rows.iterator(chunk_size=2_000):
        yield (str(labels[state]), *rest)
