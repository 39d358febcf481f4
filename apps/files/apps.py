"""The files app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    """Uploads and generated files."""

    name = "apps.files"
    label = "files"
    verbose_name = _("Files")
