"""Audit rules: kept by service leads, tried against the last 30 days before they are switched on (ORD-10, ORD-21)."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.orders.admin.back_test import back_test
from apps.orders.admin.conditions import ConditionsField
from apps.orders.models import AuditRule
from apps.orders.rules.wording import in_words
from apps.org.actors import Actor
from apps.org.records.actor import actor_of
from apps.org.records.lists import KnownRelatedFilter
from apps.org.records.scoped import Rows, ScopedAdmin
from apps.org.scope import StoreScope

OWN = StoreScope(store="store_id")


class AuditRuleForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """A rule; whoever does not work for every store makes rules for their own ones."""

    sees_all_stores: bool = False
    conditions = ConditionsField(
        label=_("Conditions"),
        help_text=_("All of them must hold. To drop a line, choose the empty sentence; save to get more empty lines."),
    )

    class Meta:
        model = AuditRule
        fields = ("code", "name", "store", "conditions", "effect", "hold_minutes", "position", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "store" in self.fields:
            self.fields["store"].required = not self.sees_all_stores
            if self.sees_all_stores:
                self.fields["store"].help_text = _("Leave empty for every store.")

    def clean(self) -> dict[str, Any] | None:
        """A hold needs its minutes, or it would be released at once."""
        cleaned = super().clean()
        if self.cleaned_data.get("effect") == AuditRule.Effect.HOLD and not self.cleaned_data.get("hold_minutes"):
            self.add_error("hold_minutes", _("Say for how many minutes it is held."))
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's own hook
        if "conditions" in self.errors:
            # The model refuses the same once more, without a place; one sentence beside the box is enough.
            self.errors.pop(NON_FIELD_ERRORS, None)


@admin.register(AuditRule)
class AuditRuleAdmin(ScopedAdmin):
    """What makes an order stop before the warehouse sees it."""

    form = AuditRuleForm
    list_display = ("name", "code", "store", "conditions_in_words", "effect", "hold_minutes", "position", "is_active")
    list_select_related = ("store",)
    list_filter = ("is_active", "effect", ("store", KnownRelatedFilter))
    search_fields = ("code__startswith", "name__icontains")
    fields = ("code", "name", "store", "conditions", "effect", "hold_minutes", "position", "is_active")
    ordering = ("position", "pk")
    sortable_by = ("position", "code")
    change_form_before_template = "admin/back_test.html"
    verb_labels: ClassVar[dict[str, Any]] = {"orders.auditrule.install": _("Installed with the first rules")}
    column_words: ClassVar[dict[str, Any]] = {"conditions": in_words}

    def rows(self, queryset: Rows, by: Actor) -> Rows:
        """Rules for every store, and those of one's own stores."""
        condition = OWN.condition(by)
        return queryset if condition is None else queryset.filter(condition | Q(store__isnull=True))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A rule for every store is changed by those who work for every store."""
        return super().has_change_permission(request, obj) and (
            obj is None or obj.store_id is not None or actor_of(request).store_ids is None
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The code is given once. To whom the rule is only shown, its conditions are shown as a sentence."""
        return ["code"] if obj else []

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Conditions as an editor or as a sentence."""
        if obj is None or self.has_change_permission(request, obj):
            return self.fields
        return ["conditions_in_words" if name == "conditions" else name for name in self.fields]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form knows whether an empty store is this person's to choose."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.sees_all_stores = actor_of(request).store_ids is None
        return form

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page with its back-test."""
        rule = self.get_object(request, object_id) if object_id and request.method == "GET" else None
        if rule is not None and self.has_view_or_change_permission(request, rule):
            extra_context = {**(extra_context or {}), "back_test": back_test(rule, by=actor_of(request))}
        page: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        return page

    @admin.display(description=_("conditions"))
    def conditions_in_words(self, rule: AuditRule) -> str:
        """As one sentence."""
        return rule.why
