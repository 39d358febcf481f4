"""What a scanner or a hand types into the box: cleaned, and told apart by its shape alone."""

import re

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid
from apps.core.scanning import scanned_number

RETURN_SERIES, REFUND_SERIES = "RMA", "RF"
LONGEST = 40
_CODE = re.compile(r"[0-9A-Z][0-9A-Z-]*")
_WAYBILL = re.compile(r"(?=.*\d)[0-9A-Z-]{8,40}")


def scanned_code(text: str) -> str:
    """The number in what was scanned, or copied out of a file. Raises Invalid for what is no number."""
    code = scanned_number(text)
    if len(code) > LONGEST or not _CODE.fullmatch(code):
        raise Invalid(_("This is not a number. Scan the waybill, or type a return or order number."), code="no_number")
    return code


def waybill_of(text: str) -> str:
    """A waybill number as it is kept; empty stays empty. Raises Invalid for what cannot be one."""
    if not text.strip():
        return ""
    code = scanned_code(text)
    if not is_waybill(code):
        raise Invalid(_("This is not a waybill number: they have 8 to 40 digits and letters."), code="no_waybill")
    return code


def is_waybill(code: str) -> bool:
    """Whether a cleaned code may stand on a parcel."""
    return bool(_WAYBILL.fullmatch(code)) and not code.startswith(RETURN_SERIES)
