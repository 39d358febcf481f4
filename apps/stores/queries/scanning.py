"""Which SKU a scanner means."""

from django.db.models import Case, Q, When

from apps.core.scanning import is_scan_of
from apps.stores.models import Sku


def sku_meant(code: str) -> Sku | None:
    """The SKU of a cleaned scan, by code or barcode: the one that is written exactly so, else one in letters of any case."""
    meant = Sku.objects.filter(Q(code__iexact=code) | (Q(barcode__iexact=code) & ~Q(barcode="")))
    return meant.order_by(Case(When(_exactly(code), then=0), default=1), "pk").first()


def is_piece_of(code: str, sku: Sku) -> bool:
    """Whether a cleaned scan is this SKU: its code or barcode as written, or in letters of any case.

    What is written exactly so on another SKU is that one: platforms do tell codes apart by case alone.
    """
    if code and code in (sku.code, sku.barcode):
        return True
    return is_scan_of(code, sku.code, sku.barcode) and not Sku.objects.filter(_exactly(code)).exists()


def _exactly(code: str) -> Q:
    return Q(code=code) | Q(barcode=code)
