"""The default permission."""

from typing import TYPE_CHECKING

from rest_framework import permissions

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView


class Denied(permissions.BasePermission):
    """The default: a view that forgot to say who may call it is closed."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        """Nobody."""
        return False
