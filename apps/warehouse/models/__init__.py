"""Bins, carriers, stock and its documents; waves, parcels, and what left the house."""

from apps.warehouse.models.carrier import Carrier
from apps.warehouse.models.cutoff import CutOff
from apps.warehouse.models.handover import Handover, ShipReport
from apps.warehouse.models.places import Bin
from apps.warehouse.models.ship_layout import ConfirmedLayout
from apps.warehouse.models.shipment import CheckLine, ScanKey, Shipment
from apps.warehouse.models.stock import BinBalance, Reservation, StockBalance, StockMove
from apps.warehouse.models.stock_document import StockDocument, StockDocumentLine
from apps.warehouse.models.wave import PickLine, PickShare, Wave, WaveOrder

__all__ = [
    "Bin",
    "BinBalance",
    "Carrier",
    "CheckLine",
    "ConfirmedLayout",
    "CutOff",
    "Handover",
    "PickLine",
    "PickShare",
    "Reservation",
    "ScanKey",
    "ShipReport",
    "Shipment",
    "StockBalance",
    "StockDocument",
    "StockDocumentLine",
    "StockMove",
    "Wave",
    "WaveOrder",
]
