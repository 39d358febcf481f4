"""Company, clients, stores, warehouses: bare identities. What is done with them belongs to the floors above."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.history import tracked
from apps.core.querysets import HouseQuerySet
from apps.org.scope import StoreScope


class Platform(models.TextChoices):
    """Where a store stands (STO-01, STO-02, STO-04 to STO-06)."""

    TMALL = "tmall", _("Tmall")
    TAOBAO = "taobao", _("Taobao")
    JD = "jd", _("JD")
    PDD = "pdd", _("Pinduoduo")
    DOUYIN = "douyin", _("Douyin")
    XIAOHONGSHU = "xiaohongshu", _("Xiaohongshu")
    KAOLA = "kaola", _("NetEase Kaola")
    ALI1688 = "1688", _("1688")
    YOUZAN = "youzan", _("Youzan")
    WEIDIAN = "weidian", _("Weidian")
    AMAZON = "amazon", _("Amazon")
    EBAY = "ebay", _("eBay")
    ALIEXPRESS = "aliexpress", _("AliExpress")
    WISH = "wish", _("Wish")
    OWN_SITE = "own_site", _("Own website")
    DISTRIBUTION = "distribution", _("Distribution platform")


@tracked(births=True)
class Company(models.Model):
    """The operator that runs this opsdesk. There is one."""

    name = models.CharField(_("company name"), max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")

    def __str__(self) -> str:
        return self.name


@tracked(births=True)
class Client(models.Model):
    """The brand owner whose stores the agency operates."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@tracked(births=True)
class Warehouse(models.Model):
    """A place that ships."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    is_active = models.BooleanField(_("active"), default=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("warehouse")
        verbose_name_plural = _("warehouses")
        ordering = ["code"]
        permissions = [("see_all_warehouses", "May see every warehouse")]

    def __str__(self) -> str:
        return self.name


@tracked(births=True)
class Store(models.Model):
    """A shop on a platform, the company's own or a client's (STO-01, STO-03, STO-22)."""

    class Kind(models.TextChoices):
        FLAGSHIP = "flagship", _("Flagship store")
        SPECIALTY = "specialty", _("Specialty store")
        OTHER = "other", _("Other")

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80, unique=True)
    platform = models.CharField(_("platform"), max_length=20, choices=Platform.choices)
    kind = models.CharField(_("store type"), max_length=20, choices=Kind.choices, default=Kind.OTHER)
    export_name = models.CharField(
        _("name in the platform's files"), max_length=80, blank=True, help_text=_("When it differs from the name here.")
    )
    brand = models.CharField(_("brand"), max_length=80, blank=True)
    client = models.ForeignKey(
        Client, models.PROTECT, null=True, blank=True, related_name="stores", verbose_name=_("client")
    )
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="stores", verbose_name=_("ships from"))
    is_active = models.BooleanField(_("active"), default=True)

    objects = HouseQuerySet.as_manager()
    scope = StoreScope(store="pk")

    class Meta:
        verbose_name = _("store")
        verbose_name_plural = _("stores")
        ordering = ["code"]
        permissions = [("see_all_stores", "May see every store")]

    def __str__(self) -> str:
        return self.name
