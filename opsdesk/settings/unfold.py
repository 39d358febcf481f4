"""How the record pages look: the desk's tokens in the theme's names, and the desk's own menu beside them."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy


def asset(path: str) -> Any:
    """A static file's address, asked for when a page is drawn."""

    def address(_request: HttpRequest) -> str:
        return static(path)

    return address


# The scales meet the desk's tokens where the theme uses them: 50 and 100 for grounds, 200 for lines, 500 and 400 for
# quiet text in light and dark, 600 for the button, 900 and 950 for panel and ground in dark.
BASE_SCALE = {
    "50": "#f9fafb", "100": "#f1f2f5", "200": "#e4e7ec", "300": "#b6bfce", "400": "#98a2b5", "500": "#5f6a7d",
    "600": "#475063", "700": "#323b4d", "800": "#252c3a", "900": "#12161f", "950": "#0b0e14",
}  # fmt: skip
PRIMARY_SCALE = {
    "50": "#f2f4ff", "100": "#eef1ff", "200": "#dde2ff", "300": "#bcc6ff", "400": "#a9b6ff", "500": "#7b8cfb",
    "600": "#4450df", "700": "#383fbd", "800": "#2f3596", "900": "#1e2347", "950": "#161a36",
}  # fmt: skip

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "opsdesk",
    "SITE_HEADER": "opsdesk",
    "SITE_URL": reverse_lazy("desk:home"),
    "SITE_ICON": asset("favicon.svg"),
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": asset("favicon.svg")}],
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "8px",
    "COLORS": {"base": BASE_SCALE, "primary": PRIMARY_SCALE},
    "STYLES": [asset("desk/tokens.css"), asset("desk/records.css")],
    "COMMAND": {"search_models": False, "show_history": False},
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": "apps.desk.records_menu.records_menu",
    },
}
