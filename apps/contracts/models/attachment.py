"""Papers of a contract: the signed copy, a supplementary agreement, a licence."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.contracts.models.contract import Contract
from apps.contracts.scope import ContractScope
from apps.core.querysets import HouseQuerySet
from apps.files.models import StoredFile
from apps.org.models import User


class ContractFile(models.Model):
    """One file put to a contract; kept as long as the contract is, never exchanged (CON-33, CON-34)."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="files", verbose_name=_("contract"))
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("attached by"))
    by_name = models.CharField(_("attached by"), max_length=80)
    at = models.DateTimeField(_("attached at"), auto_now_add=True)

    objects = HouseQuerySet.as_manager()
    scope = ContractScope(contract="contract_id")

    class Meta:
        verbose_name = _("file of a contract")
        verbose_name_plural = _("files of a contract")
        ordering = ["pk"]
        default_permissions = ()
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.contract}: {self.file}"
