"""The verbs of the bell."""

from apps.notices.actions.tell import read_notices, tell

__all__ = ["read_notices", "tell"]
