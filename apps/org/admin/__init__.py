"""Records of people and places."""

from apps.org.admin import calendar, people, places, users

__all__ = ["calendar", "people", "places", "users"]
