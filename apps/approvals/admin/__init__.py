"""Records of approvals."""

from apps.approvals.admin import policies

__all__ = ["policies"]
