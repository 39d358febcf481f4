"""The verbs of people and places."""

from apps.org.actions.users import Standing, end_sessions, forget_changed, give_password, give_roles, standing_of

__all__ = ["Standing", "end_sessions", "forget_changed", "give_password", "give_roles", "standing_of"]
