"""The rows of this floor."""

from apps.documents.models.document import Document

__all__ = ["Document"]
