"""The log-in, its language and theme, and the stores and warehouses it may see."""

from dataclasses import dataclass
from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.history import tracked
from apps.org.models.places import Store, Warehouse


@dataclass(frozen=True, slots=True)
class Standing:
    """What a log-in stands for at the moment of a request.

    rights: `app.codename`, its own and those of its roles. roles: by name. fills_a_chair: somebody is away today whose
    stand-in this is.
    """

    rights: frozenset[str]
    roles: frozenset[str]
    store_ids: frozenset[int]
    warehouse_ids: frozenset[int]
    fills_a_chair: bool


@tracked(births=True, exclude=["password", "last_login"])
class User(AbstractUser):
    """A log-in. Names are one field, because a Chinese name is not first and last (glossary: 账号)."""

    class Theme(models.TextChoices):
        SYSTEM = "", _("As the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    first_name = None  # type: ignore[assignment]  # one name, see `name`
    last_name = None  # type: ignore[assignment]  # one name, see `name`
    name = models.CharField(pgettext_lazy("person", "name"), max_length=80)
    language = models.CharField(
        _("language"), max_length=10, blank=True, choices=[("zh-hans", "简体中文"), ("en", "English")]
    )
    theme = models.CharField(_("appearance"), max_length=10, blank=True, choices=Theme.choices)
    must_change_password = models.BooleanField(_("must change the password"), default=False)
    password_changed_at = models.DateTimeField(_("password changed at"), null=True, blank=True, editable=False)
    stores: "models.ManyToManyField[Store, StoreGrant]" = models.ManyToManyField(
        Store, through="StoreGrant", related_name="users", verbose_name=_("stores")
    )
    warehouses: "models.ManyToManyField[Warehouse, WarehouseGrant]" = models.ManyToManyField(
        Warehouse, through="WarehouseGrant", related_name="users", verbose_name=_("warehouses")
    )

    # Read with the log-in at the beginning of a request; None for a user that came another way.
    standing: Standing | None = None

    objects: ClassVar[UserManager["User"]] = UserManager()  # type: ignore[assignment]  # Self, as Django types it
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta(AbstractUser.Meta):  # type: ignore[name-defined,misc]  # Django's own pattern
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        """The name as it is written; never first and last joined by a blank."""
        return self.name

    def get_short_name(self) -> str:
        """The same name."""
        return self.name


@tracked(births=True)
class StoreGrant(models.Model):
    """This user works for this store (STO-02, STO-42)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="store_grants")
    store = models.ForeignKey(Store, models.CASCADE, related_name="grants", verbose_name=_("store"))

    class Meta:
        verbose_name = _("store of a user")
        verbose_name_plural = _("stores of a user")
        constraints = [models.UniqueConstraint(fields=["user", "store"], name="one_grant_per_user_and_store")]

    def __str__(self) -> str:
        return f"{self.user} · {self.store}"


@tracked(births=True)
class WarehouseGrant(models.Model):
    """This user works in this warehouse."""

    user = models.ForeignKey(User, models.CASCADE, related_name="warehouse_grants")
    warehouse = models.ForeignKey(Warehouse, models.CASCADE, related_name="grants", verbose_name=_("warehouse"))

    class Meta:
        verbose_name = _("warehouse of a user")
        verbose_name_plural = _("warehouses of a user")
        constraints = [models.UniqueConstraint(fields=["user", "warehouse"], name="one_grant_per_user_and_warehouse")]

    def __str__(self) -> str:
        return f"{self.user} · {self.warehouse}"
