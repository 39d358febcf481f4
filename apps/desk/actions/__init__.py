"""What a person changes about their own desk: profile, password, saved views, layout."""

from apps.desk.actions.profile import change_password, set_profile
from apps.desk.actions.views import delete_view, keep_layout, save_view

__all__ = ["change_password", "delete_view", "keep_layout", "save_view", "set_profile"]
