"""The links app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LinksConfig(AppConfig):
    """Signed links for outside parties."""

    name = "apps.links"
    label = "links"
    verbose_name = _("Links")
