"""Which file is it? Asked of the header row, never of the file's name."""

from collections.abc import Iterable, Sequence

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid
from apps.core.speech import filled
from apps.core.tabular.errors import MissingColumn
from apps.orders.imports import douyin, jd, pdd, taobao, youzan
from apps.orders.imports.layout import Layout
from apps.org.models import Platform

# A header row is one that names the order in some platform's way; what else it must hold, its layout says.
NUMBER_COLUMNS = ("订单编号", "主订单编号", "订单号", "商户订单号")
LAYOUTS: list[Layout] = [*taobao.LAYOUTS, *jd.LAYOUTS, *pdd.LAYOUTS, *douyin.LAYOUTS, *youzan.LAYOUTS]

OTHER_PLATFORM = _("This is an export of %(file)s, but the chosen store is on %(store)s.")


def layout_of(header: Sequence[str], platform: str) -> Layout:
    """The layout of a header row, which must be one of the store's own platform.

    Raises Invalid: `wrong_platform` when the file is another platform's, `unknown_layout` when it is nobody's; and
    MissingColumn with the names of what it lacks when it comes near to one of the platform's.
    """
    fitting = [layout for layout in LAYOUTS if layout.fits(header)]
    own = next((layout for layout in fitting if platform in layout.platforms), None)
    if own is not None:
        return own
    if fitting:
        sentence = filled(OTHER_PLATFORM, file=_labels(fitting[0].platforms), store=_labels([platform]))
        raise Invalid(sentence, code="wrong_platform", layout=fitting[0].name)
    _refuse_incomplete([layout for layout in LAYOUTS if platform in layout.platforms], header)
    raise Invalid(
        _("The columns of this file are not those of an order or item export. Export it again with all columns."),
        code="unknown_layout",
        header=list(header)[:60],
    )


def _refuse_incomplete(layouts: Sequence[Layout], header: Sequence[str]) -> None:
    """Name the missing columns by the layout that comes nearest."""
    nearly = [missing for layout in layouts if (missing := layout.lacks(header))]
    if nearly:
        raise MissingColumn(min(nearly, key=len))


def _labels(platforms: Iterable[str]) -> object:
    """The platforms' names in the reader's language, in the house's order."""
    chosen = [member.label for member in Platform if member.value in set(platforms)]
    return format_lazy(" / ".join(["{}"] * len(chosen)), *chosen)
