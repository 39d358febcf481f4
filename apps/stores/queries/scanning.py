"""Which SKU a scanner means."""

from django.db.models import Q

from apps.core.scanning import is_scan_of
from apps.stores.models import Sku


def is_piece_of(code: str, sku: Sku) -> bool:
    """Whether a cleaned scan is this SKU: its code or barcode as written, or in letters of any case.

    What is written exactly so on another SKU is that one: platforms do tell codes apart by case alone.
    """
    if code and code in (sku.code, sku.barcode):
        return True
    return is_scan_of(code, sku.code, sku.barcode) and not Sku.objects.filter(Q(code=code) | Q(barcode=code)).exists()
