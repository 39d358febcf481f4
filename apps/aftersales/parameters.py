"""What a manager may adjust about after-sales, with the rules it comes from."""

from django.utils.translation import gettext_lazy as _

from apps.parameters.registry import Parameter, declare

GOODS_FIRST = declare(
    Parameter(
        "aftersales.goods_first", _("Refund a return only after its goods were inspected"), True, ("AFT-03", "AFT-04")
    )
)
