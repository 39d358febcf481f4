"""The admin site: records, users, parameters and history, under the same signature and the same scope as the desk."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import BadRequest
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from apps.audit.context import acting_from, signed
from apps.desk.queries.account import must_change_password
from apps.org.records.actor import actor_of
from apps.org.records.scoped import ScopedAdmin

UNSAFE_METHODS = {"POST", "PUT", "PATCH", "DELETE"}
# Unfold's scripts evaluate expressions and its widgets set inline styles; desk pages stay strict.
ADMIN_POLICY = {"script-src": [SELF, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}


class ChoicesView(AutocompleteJsonView):
    """Choices while typing, for whoever may fill in the form that asks; only rows that the person may know of."""

    source_field: Any

    def has_perm(self, request: HttpRequest, obj: Any = None) -> bool:
        """The right to the record that is chosen from, or to the one that is filled in."""
        source = self.source_field.model._meta
        fills_in = any(
            request.user.has_perm(f"{source.app_label}.{verb}_{source.model_name}") for verb in ("add", "change")
        )
        return fills_in or bool(super().has_perm(request, obj))


class OpsdeskAdminSite(UnfoldAdminSite):  # type: ignore[misc]  # the theme is not typed
    """One log-in for desk and admin; every write is one signed transaction."""

    site_header = _("opsdesk records")
    site_title = "opsdesk"
    index_title = _("Records")
    enable_nav_sidebar = True

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def register(
        self,
        model_or_iterable: "type[models.Model] | Iterable[type[models.Model]]",
        admin_class: Any = None,
        **options: Any,
    ) -> None:
        """Take record pages of the house alone: those of other packages know neither scope nor roles."""
        if admin_class is not None and issubclass(admin_class, ScopedAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> list[URLPattern]:
        """Every address but the one that would tell whether any row of any table exists."""
        return [address for address in super().get_urls() if getattr(address, "name", "") != "view_on_site"]

    def has_permission(self, request: HttpRequest) -> bool:
        """Whoever is logged in and has any right to records; `is_staff` is not a second kind of role."""
        return request.user.is_active and request.user.is_authenticated

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The house has one log-in page."""
        query = urlencode({"next": request.GET.get("next", reverse("admin:index"))})
        return HttpResponseRedirect(f"{reverse('desk:login')}?{query}")

    def extra_context(self, context: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
        """The site's own names where the theme's settings give none."""
        names = {"site_title": self.site_title, "site_header": self.site_header}
        return {**context, **{name: text for name, text in names.items() if not context.get(name)}}

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The theme's search over names of record pages."""
        if not request.GET.get("page", "1").isdecimal():
            raise BadRequest("no such page")
        page: HttpResponse = super().search(request, extra_context)
        return page

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Choices while typing."""
        return ChoicesView.as_view(admin_site=self)(request)  # type: ignore[return-value]  # a JsonResponse

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One's own password is changed on the desk, where the forced change is too."""
        return HttpResponseRedirect(reverse("desk:password"))

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """Every admin page under its own script policy, every write under a signature named after the page."""
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path:
                raise BadRequest("a NUL in the address")
            if _must_change_password(request):
                return self.password_change(request)
            response = (
                _signed(inner, request, *args, **kwargs) if _is_write(request) else inner(request, *args, **kwargs)
            )
            response._csp_replace = ADMIN_POLICY  # type: ignore[union-attr]  # django-csp's own hook
            return response

        return guarded


def _must_change_password(request: HttpRequest) -> bool:
    match = request.resolver_match
    leaving = match is not None and match.url_name == "logout"
    return request.user.is_authenticated and not leaving and must_change_password(request.user)


def _is_write(request: HttpRequest) -> bool:
    return request.method in UNSAFE_METHODS and request.user.is_authenticated


def _signed(view: Callable[..., HttpResponse], request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    match = request.resolver_match
    verb = f"admin.{match.url_name if match else 'write'}"
    with transaction.atomic(), acting_from("admin"), signed(verb, by=actor_of(request)):
        response = view(request, *args, **kwargs)
        if hasattr(response, "render"):
            response.render()
        return response
