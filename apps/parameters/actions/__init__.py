"""The verbs of parameters."""

from apps.parameters.actions.set_value import set_value

__all__ = ["set_value"]
