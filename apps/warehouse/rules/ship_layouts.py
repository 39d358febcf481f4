"""The batch-ship file by platform: which columns tell a platform what went out under which waybill number.

No file or page of a platform shows its layout, so none counts as confirmed until somebody has uploaded such a file and
the platform took it; the columns of each are a parameter.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid
from apps.core.speech import filled


class Field(StrEnum):
    """What a column may hold."""

    ORDER_NUMBER = "order_number"
    CARRIER_NAME = "carrier_name"
    CARRIER_CODE = "carrier_code"
    PLATFORM_CODE = "platform_code"
    WAYBILL_NUMBER = "waybill_number"
    SHIPPED_AT = "shipped_at"


NO_CODE = _("The platform's code of %(carriers)s is not known yet. Enter it with the carrier, then make the file.")
NEEDED = (Field.ORDER_NUMBER, Field.WAYBILL_NUMBER)


@dataclass(frozen=True, slots=True)
class ShipLayout:
    """One platform's file. container: xlsx or csv. confirmed: whether somebody saw that the platform reads it so."""

    name: str
    container: str
    columns: tuple[tuple[str, Field], ...]
    confirmed: bool = False

    @property
    def header(self) -> list[str]:
        """The column names, in order."""
        return [title for title, _field in self.columns]

    @property
    def text(self) -> str:
        """The columns as they are written down: `name=field,name=field`."""
        return ",".join(f"{title}={field}" for title, field in self.columns)


@dataclass(frozen=True, slots=True)
class Sent:
    """One platform order that went out. platform_code: what the platform numbers the carrier, empty if unknown."""

    order_number: str
    carrier_name: str
    carrier_code: str
    waybill_number: str
    shipped_at: str = ""
    platform_code: str = ""


_USUAL = "订单编号=order_number,物流公司=carrier_name,运单号=waybill_number"
DEFAULTS: Mapping[str, tuple[str, str]] = {
    "taobao": ("csv", _USUAL),
    "tmall": ("csv", _USUAL),
    "jd": ("xlsx", "订单号=order_number,承运商=carrier_name,运单号=waybill_number"),
    "pdd": ("csv", "订单号=order_number,快递公司=carrier_name,快递单号=waybill_number"),
    "douyin": ("xlsx", "订单号=order_number,物流公司=carrier_name,物流单号=waybill_number"),
    "youzan": ("xlsx", "订单号=order_number,物流公司=carrier_name,物流单号=waybill_number"),
}
OTHERS = ("xlsx", _USUAL)


def layout_for(platform: str, columns: str = "", *, confirmed: Container[str] = ()) -> ShipLayout:
    """The layout of a platform; columns: what was set instead of the default; confirmed: the columns that it has read.

    Raises Invalid.
    """
    container, usual = DEFAULTS.get(platform, OTHERS)
    layout = ShipLayout(platform, container, columns_of(columns or usual))
    return replace(layout, confirmed=layout.text in confirmed)


def columns_of(text: str) -> tuple[tuple[str, Field], ...]:
    """Columns written as `name=field,name=field`. Raises Invalid for an unknown field or a missing one."""
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    columns = tuple((title.strip(), _field(name.strip())) for title, _sign, name in pairs)
    if any(not title for title, _found in columns):
        raise _invalid(_("Every column needs a name: name=field, parted by commas."))
    held = {found for _title, found in columns}
    missing = [needed for needed in NEEDED if needed not in held]
    if missing:
        raise _invalid(filled(_("A batch-ship file needs a column for %(field)s."), field=missing[0]))
    return columns


def _field(name: str) -> Field:
    try:
        return Field(name)
    except ValueError as error:
        known = ", ".join(Field)
        raise _invalid(filled(_("“%(name)s” is no field; there are: %(known)s."), name=name, known=known)) from error


def _invalid(sentence: Promise) -> Invalid:
    return Invalid(sentence, code="ship_columns")


def rows_of(layout: ShipLayout, sent: Iterable[Sent]) -> Iterator[tuple[str, ...]]:
    """The file's rows: one for each platform order, also when several travel in one parcel."""
    for each in sent:
        yield tuple(str(getattr(each, column)) for _title, column in layout.columns)


def expect_codes(layout: ShipLayout, sent: Iterable[Sent]) -> None:
    """Raise Invalid naming the carriers whose code a column wants and nobody has entered: no platform reads such rows."""
    if Field.PLATFORM_CODE not in {found for _title, found in layout.columns}:
        return
    missing = sorted({each.carrier_name for each in sent if not each.platform_code})
    if missing:
        raise Invalid(filled(NO_CODE, carriers=" / ".join(missing)), code="no_platform_code")
