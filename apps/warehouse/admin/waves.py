"""Waves as records: what was planned, picked, and taken out again."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.org.records.lists import KnownRelatedFilter
from apps.org.records.scoped import ReadOnlyInline, ReadOnlyMixin
from apps.warehouse.actions import cancel_wave, finish_wave, start_wave
from apps.warehouse.models import PickLine, Wave, WaveOrder
from apps.workflow.admin import WorkflowAdmin


class WaveOrderInline(ReadOnlyInline):
    """The orders by slot."""

    model = WaveOrder
    fields = ("slot", "shipping_order", "done_at", "taken_out_at", "taken_out_by", "taken_out_reason")
    related = ("shipping_order", "taken_out_by")


class PickLineInline(ReadOnlyInline):
    """The stops in walking order."""

    model = PickLine
    fields = (
        "position", "bin", "sku", "quantity", "slots", "picked_quantity", "picked_at", "picked_by", "short_reason",
    )  # fmt: skip
    related = ("bin", "sku", "picked_by")


@admin.register(Wave)
class WaveAdmin(ReadOnlyMixin, WorkflowAdmin):
    """Waves of one's own warehouses."""

    moves: ClassVar[dict[str, Any]] = {"start": start_wave, "finish": finish_wave, "cancel": cancel_wave}
    list_display = ("number", "warehouse", "shipping_on", "kind", "state", "picker", "planned_at")
    list_select_related = ("warehouse", "picker")
    list_filter = ("state", "kind", ("warehouse", KnownRelatedFilter))
    search_fields = ("number__startswith",)
    search_help_text = _("Number, from its beginning")
    ordering = ("-pk",)
    sortable_by = ()
    fields = (
        "number", "warehouse", "shipping_on", "kind", "state", "picker", "planned_by", "planned_at", "started_at",
        "picked_at", "closed_at", "cancelled_at",
    )  # fmt: skip
    inlines = (WaveOrderInline, PickLineInline)
    verb_labels: ClassVar[dict[str, str | Promise]] = {"warehouse.wave.plan": _("Planned")}
