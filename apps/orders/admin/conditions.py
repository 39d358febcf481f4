"""The editor of an audit rule's conditions: each a line that reads as a sentence, "Paid amount is at least 5000"."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from unfold.widgets import SELECT_CLASSES, UnfoldAdminTextInputWidget

from apps.orders.rules.audit import MOST_CONDITIONS, checked_conditions
from apps.orders.rules.wording import line_of, phrases

SPARE_LINES = 3
Condition = dict[str, Any]


def condition_of(code: str, text: str) -> Condition:
    """The editor's two boxes as a condition; a code that was never offered stays as it is and is refused later."""
    field, operator, answer = [*code.split("|"), "", ""][:3]
    if operator == "is":
        return {"field": field, "op": operator, "value": answer == "yes"}
    if operator == "in":
        words = [word.strip() for word in text.replace("，", ",").split(",")]
        return {"field": field, "op": operator, "value": [word for word in words if word]}
    return {"field": field, "op": operator, "value": text.strip()}


class ConditionsWidget(forms.Widget):
    """Lines of two boxes, with a few empty ones to add; a line without a sentence is not there."""

    template_name = "admin/conditions.html"

    def format_value(self, value: Any) -> Any:
        """Lines for the template."""
        lines = [line_of(condition) for condition in value] if isinstance(value, list) else []
        spare = min(SPARE_LINES, max(MOST_CONDITIONS - len(lines), 0))
        return [*lines, *[("", "")] * spare]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Lines, the sentences to choose from, and the theme's classes."""
        context = super().get_context(name, value, attrs)
        context["lines"] = self.format_value(value)
        context["phrases"] = phrases()
        context["select_classes"] = " ".join(SELECT_CLASSES)
        context["input_classes"] = UnfoldAdminTextInputWidget().attrs["class"]
        return context

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """By the project's own templates; the forms' renderer knows only those of packages."""
        return render_to_string(self.template_name, self.get_context(name, value, attrs))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Condition]:
        """The lines whose sentence is chosen."""
        codes, texts = _lines_in(data, name)
        return [condition_of(code, text) for code, text in zip(codes, texts, strict=False) if code]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """A form without any line was not this form."""
        return f"{name}-what" not in data


def _lines_in(data: Any, name: str) -> tuple[Sequence[str], Sequence[str]]:
    return data.getlist(f"{name}-what"), data.getlist(f"{name}-value")


class ConditionsField(forms.Field):
    """Conditions that can be asked; the first that cannot is named beside its lines."""

    widget = ConditionsWidget

    def clean(self, value: Any) -> Any:
        """The conditions. Raises ValidationError."""
        return checked_conditions(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another sentence was told."""
        return bool(initial != data)
