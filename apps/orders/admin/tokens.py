"""API tokens: issued once, shown once, revoked by a button."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.orders.actions.tokens import hashed, issue_token, revoke_token
from apps.orders.models import StoreToken
from apps.org.actors import Actor
from apps.org.records.actor import actor_of
from apps.org.records.buttons import PageButton
from apps.org.records.lists import KnownRelatedFilter
from apps.org.records.scoped import ScopedAdmin


@admin.register(StoreToken)
class StoreTokenAdmin(ScopedAdmin):
    """Which programs may speak for which store. A token is never changed: it is revoked, and another is issued."""

    list_display = ("name", "store", "user", "tail", "created_at", "revoked_at")
    list_select_related = ("store", "user")
    list_filter = (("store", KnownRelatedFilter), ("revoked_at", admin.EmptyFieldListFilter))
    search_fields = ("name__icontains", "tail__exact")
    fields = ("name", "store", "user", "tail", "created_at", "revoked_at")
    add_fieldsets = ((None, {"fields": ("name", "store", "user")}),)
    readonly_fields = ("tail", "created_at", "revoked_at")
    autocomplete_fields = ("store", "user")
    ordering = ("-pk",)
    sortable_by = ()
    verb_labels: ClassVar[dict[str, str | Promise]] = {
        "orders.storetoken.issue": gettext_lazy("Issued"),
        "orders.storetoken.revoke": gettext_lazy("Revoked"),
    }

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes a token."""
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """One token at a time: the next page shows it."""
        extra = {"show_save_and_continue": False, "show_save_and_add_another": False, **(extra_context or {})}
        page: HttpResponse = super().add_view(request, form_url, extra)
        return page

    def save_model(self, request: HttpRequest, obj: StoreToken, form: Any, change: bool) -> None:
        """Issue it; the plain token is kept for this one answer."""
        plain = issue_token(obj.store_id, obj.user_id, obj.name, by=actor_of(request))
        obj.pk = StoreToken.objects.get(token_hash=hashed(plain)).pk
        obj.refresh_from_db()
        obj.plain_token = plain  # type: ignore[attr-defined]  # for response_add, never stored

    def response_add(self, request: HttpRequest, obj: StoreToken, post_url_continue: Any = None) -> HttpResponse:
        """The one page that shows the token: the answer itself, never a message that a session would keep."""
        context = {
            **self.admin_site.each_context(request), "title": _("The new token"), "opts": self.opts, "original": obj,
            "plain_token": obj.plain_token, "list_address": self.address("changelist"), "media": self.media,  # type: ignore[attr-defined]  # as above
        }  # fmt: skip
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/new_token.html", context, headers={"Cache-Control": "no-store"})

    def buttons(self, row: models.Model, by: Actor) -> list[PageButton]:
        """Revoke, while it is valid."""
        valid = isinstance(row, StoreToken) and row.revoked_at is None
        return [PageButton("revoke", _("Revoke"), "danger")] if valid and by.may("orders.change_storetoken") else []

    def press(self, name: str, row: models.Model, by: Actor, reason: str) -> str | Promise:
        """Revoke it; the next call with it is refused."""
        if name != "revoke":
            raise Http404
        revoke_token(row.pk, by=by)
        return _("The token is revoked.")
