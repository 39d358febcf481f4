"""The verbs of people and places."""

from apps.org.actions.users import Grants, end_sessions, forget_changed, give_password, give_roles, grants_of

__all__ = ["Grants", "end_sessions", "forget_changed", "give_password", "give_roles", "grants_of"]
