"""Log-ins: roles, stores, warehouses, passwords. Nobody changes their own, only a superuser touches a superuser."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters

from apps.org.actions import end_sessions, forget_changed, give_password, give_roles, grants_of
from apps.org.actions.users import PASSWORD_VERB, ROLES_VERB, SESSIONS_VERB
from apps.org.actors import Actor
from apps.org.admin.user_forms import (
    GivenPasswordForm,
    GrantInline,
    NewUserForm,
    StoreGrantInline,
    UserForm,
    WarehouseGrantInline,
    role_label,
)
from apps.org.models import StoreGrant, User, WarehouseGrant
from apps.org.permissions import ROLES
from apps.org.records.actor import actor_of
from apps.org.records.buttons import PageButton
from apps.org.records.scoped import HouseWideAdmin, Rows

NO_ROLE = "none"


class RoleFilter(admin.SimpleListFilter):
    """Users with a role."""

    title = _("roles")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every role, and those who have none yet."""
        return [*((name, str(role.label)) for name, role in ROLES.items()), (NO_ROLE, str(_("no role yet")))]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        """Those who have it."""
        if self.value() == NO_ROLE:
            return queryset.filter(groups__isnull=True)
        return queryset.filter(groups__name=self.value()) if self.value() in ROLES else queryset


@admin.register(User)
class UserAdmin(HouseWideAdmin):
    """Log-ins."""

    form = UserForm
    add_form = NewUserForm
    list_display = ("username", "name", "role_names", "is_active", "last_login")
    list_filter = (RoleFilter, "is_active", "must_change_password")
    search_fields = ("username__istartswith", "name__icontains")
    ordering = ("username",)
    sortable_by = ("username", "name", "last_login")
    inlines: ClassVar[Sequence[type[GrantInline]]] = (StoreGrantInline, WarehouseGrantInline)
    readonly_fields = ("password_link", "password_changed_at", "last_login", "date_joined", "role_names")
    add_fieldsets = ((None, {"fields": ("username", "name", "language", "password1", "password2")}),)
    history_of = ((StoreGrant, "user_id"), (WarehouseGrant, "user_id"))
    verb_labels: ClassVar[dict[str, str | Promise]] = {
        ROLES_VERB: _("Roles changed"),
        PASSWORD_VERB: _("Password set"),
        SESSIONS_VERB: _("Logged out everywhere"),
        "org.user.change_password": _("Own password changed"),
        "org.user.log_in": _("Logged in"),
        "org.user.set_profile": _("Own profile changed"),
    }

    def get_queryset(self, request: HttpRequest) -> Rows:
        """Users with their roles at hand."""
        return super().get_queryset(request).prefetch_related("groups")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only a superuser touches a superuser."""
        return super().has_change_permission(request, obj) and (
            obj is None or not obj.is_superuser or request.user.is_superuser
        )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may not change users makes none."""
        return super().has_add_permission(request, obj) and self.may(request, "change")

    def may_change_grants(self, request: HttpRequest, user: Any) -> bool:
        """Roles and places are changed by somebody else, never by oneself."""
        return user.pk != request.user.pk and self.has_change_permission(request, user)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """A new log-in has a form of its own."""
        return super().get_form(
            request, obj, change=change, **({"form": self.add_form} | kwargs if obj is None else kwargs)
        )

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Places are given once the log-in is there."""
        return self.inlines if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What may be seen and changed; roles as boxes where this person may give them, else as words."""
        if obj is None:
            return self.add_fieldsets
        others = self.may_change_grants(request, obj)
        access = ["is_active", "roles" if others else "role_names"]
        if request.user.is_superuser:
            access.append("is_superuser")
        password = ["password_link"] if others else []
        return [
            (None, {"fields": ["username", "name", "language"]}),
            (_("Access"), {"fields": access}),
            (
                _("Password"),
                {"fields": [*password, "must_change_password", "password_changed_at", "last_login", "date_joined"]},
            ),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """One's own grants are for somebody else to change."""
        fixed = list(super().get_readonly_fields(request, obj))
        if obj is None or self.may_change_grants(request, obj):
            return fixed
        return [*fixed, "roles", "is_active", "is_superuser", "must_change_password"]

    @admin.display(description=_("roles"))
    def role_names(self, user: User) -> str:
        """Roles in words."""
        return ", ".join(role_label(group.name) for group in user.groups.all())

    @admin.display(description=_("password"))
    def password_link(self, user: User) -> str:
        """Passwords are kept as hashes; here is the way to a new one."""
        return format_html('<a class="text-link" href="../password/">{}</a>', _("Set a new password"))

    @method_decorator(sensitive_post_parameters())
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """A new log-in; the password stays out of error reports, and its roles are given on the next page."""
        extra = {"show_save_and_continue": False, "show_save_and_add_another": False, **(extra_context or {})}
        return super().add_view(request, form_url, extra)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """A new log-in must change its password; of an old one the grants are noted before anything is written."""
        if change:
            form.grants_before = grants_of(obj.pk)
        else:
            obj.must_change_password = True
            obj.password_changed_at = timezone.now()
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Roles by their verb; then whoever stands differently than before is logged out."""
        super().save_related(request, form, formsets, change)
        if not change:
            return
        user = form.instance
        if "roles" in form.cleaned_data:
            give_roles(user.pk, form.cleaned_data["roles"], by=actor_of(request))
        if forget_changed(user.pk, form.grants_before):
            messages.info(request, str(_("What this user may do has changed, so they must log in again.")))

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: Any = None) -> HttpResponse:
        """Go on to roles and places."""
        messages.success(request, str(_("The log-in is made. Now give it roles, stores and warehouses.")))
        return HttpResponseRedirect(self.address("change", obj.pk))

    def buttons(self, row: models.Model, by: Actor) -> list[PageButton]:
        """Log somebody out everywhere."""
        offered = by.may("org.change_user") and by.id != row.pk
        return [PageButton("end-sessions", _("Log out everywhere"), "danger")] if offered else []

    def press(self, name: str, row: models.Model, by: Actor, reason: str) -> str | Promise:
        """End the sessions."""
        if name != "end-sessions":
            raise Http404
        ended = end_sessions(row.pk, by=by)
        return ngettext("%(count)d session was ended.", "%(count)d sessions were ended.", ended) % {"count": ended}

    def reason_words(self, verb: str, reason: str) -> str:
        """Roles in the history by their names."""
        if verb != ROLES_VERB:
            return reason
        sides = [", ".join(role_label(name) for name in side.split(", ")) for side in reason.split(" → ")]
        return " → ".join(sides)

    def get_urls(self) -> list[URLPattern]:
        """One more address: a password for somebody else."""
        view = self.admin_site.admin_view(self.password_view)
        return [path("<path:object_id>/password/", view, name="org_user_password_change"), *super().get_urls()]

    @method_decorator(sensitive_post_parameters())
    def password_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give somebody a password that they must replace at the next log-in."""
        user = self.get_object(request, object_id)
        if user is None:
            raise Http404
        if not self.may_change_grants(request, user):
            raise PermissionDenied
        form = GivenPasswordForm(user, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            give_password(user.pk, form.cleaned_data["password1"], by=actor_of(request))
            messages.success(request, str(_("The password is set; it must be replaced at the next log-in.")))
            return HttpResponseRedirect(self.address("change", user.pk))
        context = {
            **self.admin_site.each_context(request), "title": _("Set a new password"), "form": form, "opts": self.opts,
            "original": user, "is_popup": False, "media": self.media + form.media,
        }  # fmt: skip
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/auth/user/change_password.html", context)
