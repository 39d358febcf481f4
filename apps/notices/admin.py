"""What people were told."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.notices.models import Notice
from apps.org.records.scoped import HouseWideAdmin, ReadOnlyMixin


@admin.register(Notice)
class NoticeAdmin(ReadOnlyMixin, HouseWideAdmin):
    """Notices of everybody's bell."""

    list_display = ("sentence", "user", "tone", "created_at", "read_at")
    list_select_related = ("user",)
    list_filter = ("tone",)
    search_fields = ("user__username__exact",)
    fields = ("sentence", "user", "tone", "url", "created_at", "read_at")
    readonly_fields = ("sentence",)
    ordering = ("-pk",)
    sortable_by = ()

    @admin.display(description=_("notice"))
    def sentence(self, row: Notice) -> str:
        """In the reader's language."""
        return str(row)
