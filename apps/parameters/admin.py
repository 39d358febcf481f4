"""Parameters: all that are declared with their value today, and the book of values. A value is added, never changed."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from apps.core.calendar import today
from apps.core.errors import Invalid
from apps.org.actors import Actor
from apps.org.records.actor import actor_of
from apps.org.records.lists import DayRangeFilter, KnownRelatedFilter
from apps.org.records.scoped import Rows, ScopedAdmin
from apps.org.scope import StoreScope
from apps.parameters.actions import set_value
from apps.parameters.models import ParameterValue
from apps.parameters.overview import standings
from apps.parameters.registry import Parameter, all_declared, declared

SHARED = StoreScope(store="store_id")


def value_words(parameter: Parameter[Any], value: Any) -> str:
    """A value as a person reads it."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


class ValueForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """A new value of one parameter, from a day on."""

    parameter: Parameter[Any]

    class Meta:
        model = ParameterValue
        fields = ("store", "value", "effective_from", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "value" not in self.fields:
            return
        box = self.fields["value"]
        box.help_text = self._bounds()
        if isinstance(self.parameter.default, bool):
            box.widget = UnfoldAdminSelectWidget(choices=[("true", _("Yes")), ("false", _("No"))])
        self.fields["store"].help_text = _("Leave empty for the whole company; a store's own value comes before it.")
        self.fields["effective_from"].initial = today()

    def _bounds(self) -> str:
        low, high = self.parameter.lowest, self.parameter.highest
        default = value_words(self.parameter, self.parameter.default)
        if low is None or high is None:
            return _("Default: %(default)s.") % {"default": default}
        return _("From %(low)s to %(high)s; default: %(default)s.") % {"low": low, "high": high, "default": default}

    def clean_value(self) -> str:
        """The sentence of the refusal stands beside the box."""
        text = str(self.cleaned_data["value"]).strip()
        try:
            self.parameter.parsed(text)
        except Invalid as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return text

    def clean_effective_from(self) -> Any:
        """From today on."""
        day = self.cleaned_data["effective_from"]
        if day < today():
            raise forms.ValidationError(_("A parameter can change from today on, not in the past."))
        return day

    def clean(self) -> dict[str, Any]:
        """A second value for the same day replaces the first, so uniqueness is not asked here."""
        return self.cleaned_data


@admin.register(ParameterValue)
class ParameterValueAdmin(ScopedAdmin):
    """What a manager may change, with the day from which it holds and the rule that it comes from."""

    form = ValueForm
    list_display = ("parameter_label", "store", "value_shown", "effective_from", "reason", "set_by", "set_at")
    list_select_related = ("store", "set_by")
    list_filter = (("store", KnownRelatedFilter), ("set_at", DayRangeFilter))
    search_fields = ("key__startswith",)
    fields = ("parameter_label", "store", "value_shown", "effective_from", "reason", "set_by", "set_at")
    readonly_fields = ("parameter_label", "value_shown", "set_by", "set_at")
    autocomplete_fields = ("store",)
    ordering = ("-pk",)
    sortable_by = ()
    show_add_link = False
    verb_labels: ClassVar[dict[str, str | Promise]] = {"parameters.parametervalue.set": gettext_lazy("Value set")}
    list_before_template = "admin/parameters.html"

    def rows(self, queryset: Rows, by: Actor) -> Rows:
        """The company's values, and those of one's own stores."""
        condition = SHARED.condition(by)
        return queryset if condition is None else queryset.filter(condition | Q(store__isnull=True))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was true stays true: a new value is added instead."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Every declared parameter above the book of values."""
        may_add = self.has_add_permission(request)
        lines = [(each, value_words(each.parameter, each.value)) for each in standings(self.get_queryset(request))]
        extra = {"standings": lines, "add_address": self.address("add") if may_add else "", **(extra_context or {})}
        page: HttpResponse = super().changelist_view(request, extra)
        return page

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """A new value for the parameter that the address names."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        chosen = next((each for each in all_declared() if each.key == request.GET.get("key")), None)
        if chosen is None:
            messages.info(request, _("Choose the parameter in the list first."))
            return HttpResponseRedirect(self.address("changelist"))
        title = _("New value: %(parameter)s") % {"parameter": chosen.label}
        extra = {
            "title": title,
            "show_save_and_continue": False,
            "show_save_and_add_another": False,
            **(extra_context or {}),
        }
        page: HttpResponse = super().add_view(request, form_url, extra)
        return page

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Above the boxes of a new value stands whose value it is: the theme shows no title."""
        if obj is not None:
            return super().get_fieldsets(request, obj)
        return [(declared(request.GET["key"]).label, {"fields": ("store", "value", "effective_from", "reason")})]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form knows its parameter: bounds, default and kind of box."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None:
            form.parameter = declared(request.GET["key"])
        return form

    def save_model(self, request: HttpRequest, obj: ParameterValue, form: Any, change: bool) -> None:
        """The verb checks it all once more and writes it."""
        told = form.cleaned_data
        store = told.get("store")
        saved = set_value(
            form.parameter.key, told["value"], effective_from=told["effective_from"], reason=told["reason"],
            by=actor_of(request), store_id=store.pk if store else None,
        )  # fmt: skip
        obj.pk, obj.key = saved.pk, saved.key
        obj.refresh_from_db()

    def response_add(self, request: HttpRequest, obj: ParameterValue, post_url_continue: Any = None) -> HttpResponse:
        """Back to the list, where the value now stands."""
        messages.success(request, _("The value is set."))
        return HttpResponseRedirect(self.address("changelist"))

    @admin.display(description=gettext_lazy("parameter"))
    def parameter_label(self, row: ParameterValue) -> str | Promise:
        """What it is called; a parameter that is no longer declared keeps its key."""
        try:
            return str(declared(row.key).label)
        except KeyError:
            return row.key

    @admin.display(description=gettext_lazy("value"))
    def value_shown(self, row: ParameterValue) -> str:
        """The value as a person reads it."""
        try:
            parameter = declared(row.key)
            return value_words(parameter, parameter.parsed(row.value))
        except (KeyError, Invalid):
            return row.value
