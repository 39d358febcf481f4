"""Where one can go from every page: the sidebar and the palette."""

from apps.desk.navigation.pages import Item
from apps.desk.navigation.sidebar import badges_of, items_for, jumps_of, sidebar_html

__all__ = ["Item", "badges_of", "items_for", "jumps_of", "sidebar_html"]
