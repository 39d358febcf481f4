"""Policies: who decides on what, from a day on. What has begun is not rewritten; it ends, and a new one begins."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from apps.approvals.kinds import all_kinds
from apps.approvals.models import Policy, PolicyStep
from apps.approvals.rules.steps import Operator, number_in
from apps.core.calendar import today
from apps.org.actors import Actor
from apps.org.permissions import ROLES
from apps.org.records.lists import KnownRelatedFilter
from apps.org.records.scoped import Rows, ScopedAdmin, ScopedInline
from apps.org.scope import StoreScope

OWN = StoreScope(store="store_id")
NO_STEPS = _("A policy needs at least one step.")


def has_begun(policy: Policy | None) -> bool:
    """Whether requests may go by this policy already."""
    return policy is not None and policy.pk is not None and policy.effective_from <= today()


def _boxed(field: Any, choices: list[tuple[str, Any]]) -> None:
    field.widget = UnfoldAdminSelectWidget(choices=[("", "–"), *choices])


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """A policy; it begins today at the earliest."""

    class Meta:
        model = Policy
        fields = ("kind", "name", "store", "effective_from", "effective_until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            _boxed(self.fields["kind"], [(kind.name, kind.label) for kind in all_kinds()])
        if "store" in self.fields:
            self.fields["store"].help_text = _("Leave empty for every store without a policy of its own.")

    def clean_kind(self) -> str:
        """One of the kinds that the house knows."""
        kind = str(self.cleaned_data["kind"])
        if kind not in {each.name for each in all_kinds()}:
            raise forms.ValidationError(_("Choose a kind of request."))
        return kind

    def clean_effective_from(self) -> Any:
        """From today on."""
        day = self.cleaned_data["effective_from"]
        if day < today() and day != self.initial.get("effective_from"):
            raise forms.ValidationError(_("A policy begins today or later, not in the past."))
        return day

    def clean_effective_until(self) -> Any:
        """Not in the past either."""
        day = self.cleaned_data["effective_until"]
        if day is not None and day < today() and day != self.initial.get("effective_until"):
            raise forms.ValidationError(_("A policy ends today or later, not in the past."))
        return day


class StepForm(forms.ModelForm):  # type: ignore[type-arg]  # as above
    """One voice."""

    class Meta:
        model = PolicyStep
        fields = ("position", "who", "role", "employee", "mode", "fact", "operator", "value", "silence_accepts")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "role" in self.fields:
            _boxed(self.fields["role"], [(name, role.label) for name, role in ROLES.items()])
        if "fact" in self.fields:
            facts = {name: label for kind in all_kinds() for name, label in kind.facts.items()}
            _boxed(self.fields["fact"], sorted(facts.items()))

    def clean(self) -> dict[str, Any] | None:
        """A condition is whole or not there."""
        cleaned = super().clean()
        fact, operator, value = (self.cleaned_data.get(name, "") for name in ("fact", "operator", "value"))
        if any((fact, operator, value)) and not all((fact, operator, value)):
            self.add_error("fact", _("A condition has three parts: what is compared, how, and with what."))
        elif operator in (Operator.AT_LEAST, Operator.AT_MOST) and number_in(value) is None:
            self.add_error("value", _("Compare with a number, such as 1000 or 0.15."))
        return cleaned


class StepFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]  # as above
    """All voices of a policy."""

    def clean(self) -> None:
        """A policy without a step would let nothing pass."""
        super().clean()
        kept = [form for form in self.forms if form.has_changed() or form.instance.pk]
        if not [form for form in kept if not self._should_delete_form(form)]:  # type: ignore[attr-defined]  # untyped
            raise forms.ValidationError(NO_STEPS)


class StepInline(ScopedInline):
    """The voices of a policy, as long as it has not begun."""

    model = PolicyStep
    form = StepForm
    formset = StepFormSet
    fields = StepForm.Meta.fields
    extra = 1
    related = ("employee",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Before it begins."""
        return not has_begun(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As above."""
        return not has_begun(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As above."""
        return not has_begun(obj) and self.may(request, "delete")


@admin.register(Policy)
class PolicyAdmin(ScopedAdmin):
    """Who decides on what, from which day on (LST-11 to LST-20)."""

    form = PolicyForm
    inlines = (StepInline,)
    list_display = ("name", "kind_label", "store", "effective_from", "effective_until")
    list_select_related = ("store",)
    list_filter = (("store", KnownRelatedFilter),)
    search_fields = ("name__icontains", "kind__startswith")
    fields = PolicyForm.Meta.fields
    ordering = ("kind", "-effective_from")
    sortable_by = ()
    verb_labels: ClassVar[dict[str, str | Promise]] = {"approvals.policy.install": _("Installed with the first rules")}

    def rows(self, queryset: Rows, by: Actor) -> Rows:
        """The company's policies, and those of one's own stores."""
        condition = OWN.condition(by)
        return queryset if condition is None else queryset.filter(condition | Q(store__isnull=True))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Of a policy that has begun only the end can still be set; its kind and store are given once."""
        if has_begun(obj):
            return ["kind", "name", "store", "effective_from"]
        return ["kind", "store"] if obj else []

    @admin.display(description=_("kind of request"))
    def kind_label(self, row: Policy) -> str:
        """In words; a kind that is no longer known keeps its name."""
        return next((str(kind.label) for kind in all_kinds() if kind.name == row.kind), row.kind)
