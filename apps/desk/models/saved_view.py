"""Saved views of lists, and how each person keeps a list."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.querysets import HouseQuerySet
from apps.org.models import User


class SavedView(models.Model):
    """A named set of filters on one list page, personal or shared.

    The row without a name is the person's own layout of that page: its columns and row height, no filters. query and
    columns are read through the page's current filters and columns, so that keys which no longer exist are dropped.
    """

    class Density(models.TextChoices):
        COMFORTABLE = "", _("Comfortable")
        DENSE = "dense", _("Compact")

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_views", verbose_name=_("user"))
    page = models.CharField(_("page"), max_length=40)
    name = models.CharField(_("name"), max_length=40, blank=True)
    query = models.JSONField(_("filters"), default=dict)
    columns = models.JSONField(_("columns"), default=list)
    density = models.CharField(_("row height"), max_length=10, blank=True, choices=Density.choices)
    is_shared = models.BooleanField(_("shared with everybody"), default=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "pk"]
        default_permissions = ()
        permissions = [("share_savedview", "May share saved views with everybody")]
        constraints = [
            models.UniqueConstraint(fields=["user", "page", "name"], name="one_view_per_user_page_and_name"),
            models.CheckConstraint(
                condition=models.Q(is_shared=False) | ~models.Q(name=""), name="a_shared_view_has_a_name"
            ),
        ]
        indexes = [models.Index(fields=["page"], condition=models.Q(is_shared=True), name="shared_views_by_page")]

    def __str__(self) -> str:
        return self.name or f"{self.user}: {self.page}"
