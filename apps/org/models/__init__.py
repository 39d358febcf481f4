"""People and places."""

from apps.org.models.password import UsedPassword
from apps.org.models.people import Absence, Employee, Position, Team
from apps.org.models.places import Client, Company, Platform, Store, Warehouse
from apps.org.models.user import StoreGrant, User, WarehouseGrant

__all__ = [
    "Absence",
    "Client",
    "Company",
    "Employee",
    "Platform",
    "Position",
    "Store",
    "StoreGrant",
    "Team",
    "UsedPassword",
    "User",
    "Warehouse",
    "WarehouseGrant",
]
