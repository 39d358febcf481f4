"""Which site the records stand on."""

from django.contrib.admin.apps import AdminConfig


class RecordsConfig(AdminConfig):
    """Django's admin with opsdesk's own site, so that `@admin.register` in any app reaches it."""

    default_site = "opsdesk.admin_site.OpsdeskAdminSite"
