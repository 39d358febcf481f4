"""Forms of log-ins: a new one, its roles, a password that somebody else sets, and the places it works in."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminPasswordChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from apps.org.models import StoreGrant, User, WarehouseGrant
from apps.org.permissions import ROLES
from apps.org.records.scoped import ScopedInline


def role_label(name: str) -> str:
    """A role as people call it."""
    return str(ROLES[name].label) if name in ROLES else name


class NewUserForm(UserCreationForm):  # type: ignore[misc]  # the theme is not typed
    """A new log-in; its first password is replaced at the first log-in."""

    usable_password = None

    class Meta:
        model = User
        fields = ("username", "name", "language")


class GivenPasswordForm(AdminPasswordChangeForm):  # type: ignore[misc]  # as above
    """A password that somebody else sets."""

    usable_password = None


class UserForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """A log-in and its roles."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        choices=lambda: [(name, role.label) for name, role in ROLES.items()],
        help_text=_(
            "Role rights are fixed in opsdesk. When roles, stores or warehouses change, the user is logged out."
        ),
    )

    class Meta:
        model = User
        fields = ("username", "name", "language", "is_active", "must_change_password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "roles" in self.fields:
            self.initial["roles"] = list(self.instance.groups.values_list("name", flat=True))


class GrantInline(ScopedInline):
    """A row that joins a user with a place; the one kind of row that is removed again."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Take a place away from somebody."""
        return self.may(request, "delete") and self._somebody_else(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Give somebody a place."""
        return super().has_add_permission(request) and self._somebody_else(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A grant is given or taken away, never changed into another."""
        return False

    @staticmethod
    def _somebody_else(request: HttpRequest, user: Any) -> bool:
        return user is None or user.pk != request.user.pk


class StoreGrantInline(GrantInline):
    """The stores that somebody works for."""

    model = StoreGrant
    fields = ("store",)
    related = ("store",)
    autocomplete_fields = ("store",)


class WarehouseGrantInline(GrantInline):
    """The warehouses that somebody works in."""

    model = WarehouseGrant
    fields = ("warehouse",)
    related = ("warehouse",)
    autocomplete_fields = ("warehouse",)
