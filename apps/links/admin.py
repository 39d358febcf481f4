"""Doors for outside parties: which were opened, for what, and until when. Tokens are kept by nobody."""

from django.contrib import admin

from apps.links.models import SignedLink
from apps.org.records.scoped import HouseWideAdmin, ReadOnlyMixin


@admin.register(SignedLink)
class SignedLinkAdmin(ReadOnlyMixin, HouseWideAdmin):
    """Signed links."""

    list_display = ("subject", "purpose", "issued_by", "issued_at", "expires_at", "followed_at", "revoked_at")
    list_select_related = ("issued_by",)
    list_filter = ("purpose",)
    search_fields = ("subject__startswith",)
    fields = ("subject", "purpose", "issued_by", "issued_at", "expires_at", "followed_at", "revoked_at")
    ordering = ("-pk",)
    sortable_by = ()
