"""Where a request comes from, for the lock-out."""

from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The client's address as the proxy in front wrote it; without a proxy, the connection's own."""
    return request.headers.get("X-Real-IP") or str(request.META.get("REMOTE_ADDR", ""))
