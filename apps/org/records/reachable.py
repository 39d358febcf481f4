"""Links of read-only columns: only to record pages that the reader can open."""

from typing import Any

from django.contrib.admin import AdminSite
from django.db import models
from django.http import HttpRequest
from unfold import forms
from unfold.fields import UnfoldAdminReadonlyField


class ReachableField(UnfoldAdminReadonlyField):  # type: ignore[misc]  # the theme is not typed
    """A read-only column. A record that the reader may not open stands there by its name."""

    def get_admin_url(self, remote_field: Any, remote_obj: models.Model) -> str:
        """The link, or the name. Without a reader, as for a page that is none of the house's, the name."""
        reader: HttpRequest | None = getattr(self.model_admin, "reader", None)
        if reader is None or not can_open(self.model_admin.admin_site, reader, remote_obj):
            return str(remote_obj)
        return str(super().get_admin_url(remote_field, remote_obj))


def can_open(site: AdminSite, request: HttpRequest, row: models.Model) -> bool:
    """Whether the reader has a right to the row's page, and knows of the row."""
    model = type(row)
    if not site.is_registered(model):
        return False
    page = site.get_model_admin(model)
    return page.has_view_permission(request, row) and page.get_queryset(request).filter(pk=row.pk).exists()


# The theme names its class where it draws a line of a form, and offers no other hook.
forms.UnfoldAdminReadonlyField = ReachableField
