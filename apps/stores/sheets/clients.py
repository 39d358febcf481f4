"""Whose range an actor knows, for rows that name products, SKUs and clients."""

from collections.abc import Mapping
from typing import Any

from apps.core.bulk import as_array
from apps.org.actors import Actor
from apps.org.models import Store
from apps.org.scope import visible
from apps.sheets.sql import Span


def known_clients(_span: Span, by: Actor) -> Mapping[str, Any]:
    """Whose range the actor knows: the company's own, and that of the clients for whose stores the actor works."""
    if by.store_ids is None:
        return {"everywhere": True, "clients": as_array([])}
    clients = visible(Store.objects.filter(client__isnull=False), by).order_by().values_list("client_id", flat=True)
    return {"everywhere": False, "clients": as_array(sorted(set(filter(None, clients))))}


def is_known(client: str) -> str:
    """Whether the client in this column is the company itself or known to the actor; for statements with `known_clients`."""
    return f"(%(everywhere)s OR {client} IS NULL OR {client} = ANY (%(clients)s::bigint[]))"
