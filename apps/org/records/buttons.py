"""Buttons on a record's page: each its own form beside the main one, each one verb of the business."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import quote, unquote
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise

from apps.core.errors import DomainError
from apps.org.actors import Actor
from apps.org.records.actor import actor_of

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class PageButton:
    """One button. refusal: why pressing it would do nothing now; empty when it would go through.

    tone: plain, primary or danger. wants_reason: a box for the person's own words stands before it.
    """

    name: str
    label: str | Promise
    tone: str = "plain"
    wants_reason: bool = False
    refusal: str | Promise = ""


class PressMixin:
    """A record page with buttons; a subclass says which (`buttons`) and what they do (`press`)."""

    admin_site: Any
    model: type[models.Model]
    opts: Any
    get_object: Callable[..., Any]
    has_view_or_change_permission: Callable[..., bool]
    change_form_outer_before_template = "admin/buttons.html"

    def buttons(self, row: models.Model, by: Actor) -> list[PageButton]:
        """The buttons on offer for this row and this actor."""
        return []

    def press(self, name: str, row: models.Model, by: Actor, reason: str) -> str | Promise:
        """Do what the button says, and say what was done. Raises DomainError, Http404 for a button that is none."""
        raise Http404

    def address(self, name: str, *args: object) -> str:
        """The address of one of this record's pages."""
        return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{name}", args=args)

    def get_urls(self) -> list[URLPattern]:
        """One more address: the button that was pressed."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_press"
        view = self.admin_site.admin_view(self.press_view)
        return [path("<path:object_id>/press/<slug:name>/", view, name=name), *super().get_urls()]  # type: ignore[misc]  # a page's

    def press_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Call the verb; a refusal becomes a message on the page from which it was pressed."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        row = self.get_object(request, unquote(object_id))
        if row is None or not self.has_view_or_change_permission(request, row):
            raise Http404
        reason = request.POST.get("reason", "").strip()[:LONGEST_REASON]
        try:
            messages.success(request, str(self.press(name, row, actor_of(request), reason)))
        except DomainError as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(self.address("change", quote(row.pk)))

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page with its buttons."""
        row = self.get_object(request, unquote(object_id)) if object_id and request.method == "GET" else None
        if row is not None and self.has_view_or_change_permission(request, row):
            buttons = self.buttons(row, actor_of(request))
            offered = [(button, self.address("press", quote(row.pk), button.name)) for button in buttons]
            extra_context = {**(extra_context or {}), "page_buttons": offered}
        page: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]  # as above
        return page
