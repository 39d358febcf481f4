"""Score sheet templates with their items; one that is in use stays as it is, and a new one begins on a later day."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Sum
from django.http import Http404, HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.org.actors import Actor
from apps.org.records.buttons import PageButton
from apps.org.records.lists import KnownRelatedFilter
from apps.org.records.scoped import HouseWideAdmin, Rows, ScopedInline
from apps.staff.actions import activate_template
from apps.staff.models import CoefficientBand, ScoreItem, ScoreTemplate

ACTIVATE = "activate"


class ScoreItemInline(ScopedInline):
    """The items, while the template is not in use yet."""

    model = ScoreItem
    fields = ("place", "duty", "name", "weight", "source")
    ordering = ("place",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Not once it is in use."""
        return self.may(request, "add") and not _in_use(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Not once it is in use."""
        return self.may(request, "change") and not _in_use(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Not once it is in use."""
        return self.may(request, "delete") and not _in_use(obj)


@admin.register(ScoreTemplate)
class ScoreTemplateAdmin(HouseWideAdmin):
    """What each position is judged by. The sum of the weights is shown as it is (AMB-33)."""

    list_display = ("name", "position", "effective_from", "sum_of_weights", "as_printed", "is_active")
    list_select_related = ("position",)
    list_filter = ("is_active", ("position", KnownRelatedFilter))
    search_fields = ("name__icontains",)
    fields = ("name", "position", "effective_from", "attendance", "alert_after", "sum_of_weights", "is_active")
    readonly_fields = ("sum_of_weights", "is_active")
    autocomplete_fields = ("position",)
    inlines = (ScoreItemInline,)
    sortable_by = ("effective_from",)

    @admin.display(description=_("sum of the weights"))
    def sum_of_weights(self, row: ScoreTemplate) -> str:
        """As printed, whatever it is."""
        total: Decimal | None = getattr(row, "weight_sum", None)
        return "—" if total is None else f"{total.normalize():f}%"

    def rows(self, queryset: Rows, by: Actor) -> Rows:
        """All, with their sums."""
        summed: Rows = queryset.annotate(weight_sum=Sum("items__weight"))
        return summed

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Not once it is in use."""
        return super().has_change_permission(request, obj) and not _in_use(obj)

    def buttons(self, row: models.Model, by: Actor) -> list[PageButton]:
        """Take it into use."""
        if not isinstance(row, ScoreTemplate) or row.is_active or not by.may("staff.change_scoretemplate"):
            return []
        return [PageButton(ACTIVATE, _("Use this sheet"), tone="primary")]

    def press(self, name: str, row: models.Model, by: Actor, reason: str) -> str | Promise:
        """From then on its items stay as they are."""
        if name != ACTIVATE:
            raise Http404
        activate_template(row.pk, by=by)
        return _("The score sheet is in use from its day on.")


@admin.register(CoefficientBand)
class CoefficientBandAdmin(HouseWideAdmin):
    """Tables of coefficients: all lines with one day are one table; a new table begins on a later day."""

    list_display = ("effective_from", "from_score", "coefficient")
    list_filter = ("effective_from",)
    fields = ("effective_from", "from_score", "coefficient")
    sortable_by = ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: what was closed by it stays explained."""
        return False


def _in_use(row: Any) -> bool:
    return isinstance(row, ScoreTemplate) and row.is_active
