"""Records of staff: sheet templates, coefficients, pay schemes."""

from apps.staff.admin import pay, templates

__all__ = ["pay", "templates"]
