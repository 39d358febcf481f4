"""What a parcel weighs, and when that cannot be."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid
from apps.core.speech import filled
from apps.warehouse.rules.waybills import Doubt

HEAVIEST_GRAMS = 200_000
# Goods are weighed once for their records and without care; a box weighs up to two kilograms and what is in it thrice.
LIGHTEST_PART_OF_ITS_GOODS = 8, 10
BOX_GRAMS = 2_000
TOO_LIGHT = _("It weighs %(grams)s g, but its goods alone weigh %(goods)s g. Please check the weight.")
TOO_HEAVY = _("It weighs %(grams)s g, but its goods only %(goods)s g. Please check the weight.")


def checked_grams(grams: int | None) -> int | None:
    """The weight of a parcel in grams, or None where nobody weighed it. Raises Invalid for what no parcel weighs."""
    if grams is not None and not 0 < grams <= HEAVIEST_GRAMS:
        raise Invalid(_("This weight cannot be right; give it in grams."), code="weight")
    return grams


def doubts_about_weight(grams: int | None, goods: int | None) -> list[Doubt]:
    """What looks wrong about a weight. goods: grams of all that is in it, None where a SKU's weight is not known.

    Kilograms typed for grams, and a digit too many, are seen; the rest is the scale's.
    """
    if not grams or not goods:
        return []
    part, whole = LIGHTEST_PART_OF_ITS_GOODS
    if grams * whole < goods * part:
        return [Doubt("too_light", filled(TOO_LIGHT, grams=f"{grams:,}", goods=f"{goods:,}"))]
    if grams > 3 * goods + BOX_GRAMS:
        return [Doubt("too_heavy", filled(TOO_HEAVY, grams=f"{grams:,}", goods=f"{goods:,}"))]
    return []
