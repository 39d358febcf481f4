"""Words of the admin theme that appear on our pages.

The package brings no translations, so they are named here, where `makemessages` finds them. Nothing imports this.

Where the theme's word means something else in our catalogue, our own template says it another way instead.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

STRINGS = (
    _("All applications"),
    _("Click to cancel"),
    _("Dark"),
    _("Date"),
    _("Expand row"),
    _("False"),
    _("General"),
    _("Go back"),
    _("Light"),
    _("Loading more results..."),
    _("More actions"),
    _("Next"),
    _("No data"),
    _("No recent searches"),
    _("No results matching your query"),
    _("Previous"),
    _("Recent searches"),
    _("Return to site"),
    _("Run"),
    _("Select action"),
    _("Select action to run"),
    _("Select all rows"),
    _("Select record"),
    _("Select value"),
    _("This item will be deleted."),
    _("Toggle password visibility"),
    _("True"),
    _("Type to search"),
)

# Written over several lines in the theme's template: the blanks are part of the text that is looked up.
FOUND = ngettext_lazy(
    "\n                Found %(counter)s result in %(time)s seconds\n            ",
    "\n                Found %(counter)s results in %(time)s seconds\n            ",
)
