"""What this floor lets people decide, and the policies that a house starts with."""

from django.utils.translation import gettext_lazy as _

from apps.approvals.kinds import ApprovalKind, register
from apps.approvals.rules.steps import Operator, Step, Who
from apps.stores.actions.decide import decide_change, withdraw_change
from apps.stores.kinds import DELISTING, LISTING, PRICE

AGENCY = _("The store is operated for a client (true or false)")
KINDS = (
    ApprovalKind(
        PRICE, _("Price change"), decide=decide_change, withdraw=withdraw_change, url_name="desk:price_change",
        icon="banknote", rules=("LST-11", "LST-20", "LST-25"), right="stores.view_pricechange",
        facts={
            "change_percent": _("Change of the price up or down (%)"),
            "margin_percent": _("Margin of the new price (%)"),
            "below_floor": _("The new price is below the floor price (true or false)"),
            "outside_band": _("The new price is outside the price band (true or false)"),
            "asks_client": _("The contract asks the client about each price, or the band is left (true or false)"),
            "agency": AGENCY,
        },
        steps=(
            Step(1, role="director"),
            Step(2, who=Who.CLIENT, fact="asks_client", operator=Operator.IS, value="true"),
        ),
    ),
    ApprovalKind(
        LISTING, _("Listing change"), decide=decide_change, withdraw=withdraw_change, url_name="desk:listing_change",
        icon="tag", rules=("LST-10", "LST-12"), right="stores.view_listingchange", facts={"agency": AGENCY},
        steps=(Step(1, role="director"),),
    ),
    ApprovalKind(
        DELISTING, _("Taking down a listing"), decide=decide_change, withdraw=withdraw_change,
        url_name="desk:listing_change", icon="octagon-x", rules=("LST-14",), right="stores.view_listingchange",
        facts={"agency": AGENCY}, steps=(Step(1, role="manager"), Step(1, role="director")),
    ),
)  # fmt: skip


def register_kinds() -> None:
    """Make the kinds of this floor known."""
    for kind in KINDS:
        register(kind)
