"""Proposals: a new price, another title, on sale or off it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.org.models import User
from apps.org.scope import StoreScope
from apps.stores.models.listing import Listing
from apps.stores.workflows.change import OPEN_CHANGES, ChangeState, ChangeWorkflow
from apps.workflow.triggers import frozen, machine

PROPOSED_ONCE = ["listing_id", "applies_on", "reason", "made_by_id", "made_at"]


class Change(ChangeWorkflow):
    """What every proposal says. applies_on: the business day from which it holds, once it is approved."""

    listing = models.ForeignKey(Listing, models.PROTECT, related_name="%(class)ss", verbose_name=_("listing"))
    applies_on = models.DateField(_("applies on"))
    reason = models.CharField(_("reason"), max_length=300)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by"))
    made_at = models.DateTimeField(_("proposed at"), auto_now_add=True)

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(store="listing__store_id")

    class Meta:
        abstract = True


@tracked()
@machine(initial=ChangeState.DRAFT)
class PriceChange(Change):
    """A new list price. old_price: null while the listing had none. is_exception: outside the agreed band (LST-25)."""

    old_price = models.DecimalField(_("price now"), max_digits=12, decimal_places=2, null=True)
    new_price = models.DecimalField(_("new price"), max_digits=12, decimal_places=2)
    is_exception = models.BooleanField(_("exception to the price band"), default=False)

    class Meta:
        verbose_name = _("price change")
        verbose_name_plural = _("price changes")
        ordering = ["-pk"]
        default_permissions = ("view",)
        permissions = [
            ("propose_change", "May propose changes of prices and listings, and cancel them"),
            ("export_change", "May export price and listing changes"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(new_price__gt=0), name="a_new_price_is_positive"),
            models.CheckConstraint(
                condition=Q(old_price__isnull=True) | ~Q(new_price=F("old_price")),
                name="a_price_change_changes_the_price",
            ),
            models.UniqueConstraint(
                fields=["listing"], condition=Q(state__in=OPEN_CHANGES), name="one_open_price_change_per_listing"
            ),
        ]
        indexes = [
            models.Index(fields=["applies_on"], condition=Q(state="approved"), name="price_changes_to_apply"),
            models.Index(fields=["state", "-id"], name="price_changes_by_state"),
        ]
        triggers = [frozen([*PROPOSED_ONCE, "old_price", "new_price", "is_exception"])]

    def __str__(self) -> str:
        return f"{self.old_price} → {self.new_price}"


@tracked()
@machine(initial=ChangeState.DRAFT)
class ListingChange(Change):
    """Another title, on sale, or taken down. old_title, new_title: of a change of the title."""

    class Kind(models.TextChoices):
        TITLE = "title", _("New title")
        LIST = "list", _("Put on sale")
        DELIST = "delist", _("Take down")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    old_title = models.CharField(_("title now"), max_length=200, blank=True)
    new_title = models.CharField(_("new title"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("listing change")
        verbose_name_plural = _("listing changes")
        ordering = ["-pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="title") & ~Q(new_title="") & ~Q(new_title=F("old_title")))
                | (~Q(kind="title") & Q(new_title="")),
                name="a_new_title_is_new",
            ),
            models.UniqueConstraint(
                fields=["listing", "kind"],
                condition=Q(state__in=OPEN_CHANGES),
                name="one_open_listing_change_per_listing_and_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["applies_on"], condition=Q(state="approved"), name="listing_changes_to_apply"),
            models.Index(fields=["state", "-id"], name="listing_changes_by_state"),
        ]
        triggers = [frozen([*PROPOSED_ONCE, "kind", "old_title", "new_title"])]

    def __str__(self) -> str:
        return str(self.Kind(self.kind).label)
