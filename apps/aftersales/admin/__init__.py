"""Records of after-sales."""

from apps.aftersales.admin import reasons

__all__ = ["reasons"]
