"""What the desk remembers for a person: saved views and the layout of lists."""

from apps.desk.models.saved_view import SavedView

__all__ = ["SavedView"]
