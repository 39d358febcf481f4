"""Forms of the account pages."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.password_validation import get_default_password_validators, validate_password
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid
from apps.org.actions.setup import CompanyPlan, StorePlan, WarehousePlan
from apps.org.models import Store, User, Warehouse

PLACES = 3


class LogInForm(AuthenticationForm):
    """User name and password; what was wrong is not said, so that nobody learns which users exist."""

    error_messages = {
        "invalid_login": _("User name or password is wrong, or the user is closed."),
        "inactive": _("User name or password is wrong, or the user is closed."),
    }


class PasswordForm(PasswordChangeForm):
    """The old password once, the new one twice."""


def _rules_of_passwords() -> str:
    """The house's own rule; what a common or a used password is, is said when somebody chooses one."""
    return get_default_password_validators()[0].get_help_text()


class SetupForm(forms.Form):
    """Company, administrator, up to three warehouses and stores, in one page."""

    company = forms.CharField(label=_("Company name"), max_length=120)
    username = forms.CharField(label=_("User name"), max_length=60, help_text=_("What you type to log in."))
    name = forms.CharField(label=_("Your name"), max_length=80)
    password = forms.CharField(
        label=_("Password"), widget=forms.PasswordInput, strip=False, help_text=lazy(_rules_of_passwords, str)()
    )
    again = forms.CharField(label=_("Password, once more"), widget=forms.PasswordInput, strip=False)

    def clean_username(self) -> str:
        """The user name as the user model will have it."""
        name: str = User.normalize_username(self.cleaned_data["username"])
        User.username_validator(name)
        return name

    def clean(self) -> dict[str, Any]:
        """The two passwords agree, and the password keeps the rules."""
        facts: dict[str, Any] = super().clean() or {}
        password = facts.get("password", "")
        if password and facts.get("again") and password != facts["again"]:
            self.add_error("again", _("The two passwords are not the same."))
        if password:
            try:
                validate_password(password, User(username=facts.get("username", ""), name=facts.get("name", "")))
            except ValidationError as refusal:
                self.add_error("password", refusal)
        return facts


class DistinctSet(forms.BaseFormSet):  # type: ignore[type-arg]  # generic at checking time only
    """Rows of places: the same code or name twice is said beside the second one."""

    def clean(self) -> None:
        """Refuse twins before the database does."""
        for column, sentence in (
            ("code", _("This code is in the list already.")),
            ("name", _("This name is in the list already.")),
        ):
            seen: set[str] = set()
            for form in self.forms:
                value = (getattr(form, "cleaned_data", None) or {}).get(column, "")
                if value and value in seen:
                    form.add_error(column, sentence)
                seen.add(value)
        if any(form.errors for form in self.forms):
            raise ValidationError(_("Please correct the marked boxes."))

    def filled(self) -> list[tuple[int, dict[str, Any]]]:
        """The rows that somebody filled in, with their places."""
        return [(place, form.cleaned_data) for place, form in enumerate(self.forms) if form.cleaned_data.get("code")]


class WarehouseForm(forms.ModelForm):  # type: ignore[type-arg]  # generic at checking time only
    """One warehouse of the first-run page."""

    class Meta:
        model = Warehouse
        fields = ("code", "name")
        labels = {"code": _("Warehouse code"), "name": _("Warehouse name")}


class StoreForm(forms.ModelForm):  # type: ignore[type-arg]  # generic at checking time only
    """One store of the first-run page; it ships from the warehouse at this place of the list above."""

    PLACES = (("0", _("First warehouse")), ("1", _("Second warehouse")), ("2", _("Third warehouse")))
    # The first place is already chosen in an empty row; choosing nothing else leaves the row empty.
    ships_from = forms.ChoiceField(label=_("Ships from"), choices=PLACES, initial="0")

    class Meta:
        model = Store
        fields = ("code", "name", "platform")
        labels = {"code": _("Store code"), "name": _("Store name")}


def _set_of(form: type[forms.ModelForm]) -> Any:  # type: ignore[type-arg]  # generic at checking time only
    return forms.formset_factory(
        form, formset=DistinctSet, min_num=1, extra=PLACES - 1, max_num=PLACES, validate_min=True, validate_max=True
    )


WarehouseSet = _set_of(WarehouseForm)
StoreSet = _set_of(StoreForm)


def plan_from(form: SetupForm, warehouses: DistinctSet, stores: DistinctSet, language: str) -> CompanyPlan:
    """What the valid forms ask for. Raises Invalid when a store ships from a row that is empty."""
    facts = form.cleaned_data
    codes = {str(place): row["code"] for place, row in warehouses.filled()}
    planned = []
    for _place, row in stores.filled():
        if row["ships_from"] not in codes:
            raise Invalid(
                _("The store “%(store)s” ships from a warehouse that you have not filled in.") % {"store": row["name"]}
            )
        planned.append(StorePlan(row["code"], row["name"], row["platform"], codes[row["ships_from"]]))
    return CompanyPlan(
        company=facts["company"],
        username=facts["username"],
        name=facts["name"],
        password=facts["password"],
        warehouses=tuple(WarehousePlan(row["code"], row["name"]) for _place, row in warehouses.filled()),
        stores=tuple(planned),
        language=language,
    )
