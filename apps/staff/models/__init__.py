"""Sheet templates and their items, coefficients, sheets and their scores, pay schemes, rewards and pay lines."""

from apps.staff.models.coefficient import CoefficientBand
from apps.staff.models.pay import PayLine, PayScheme, Reward
from apps.staff.models.sheet import ItemScore, ScoreSheet
from apps.staff.models.template import ScoreItem, ScoreTemplate

__all__ = [
    "CoefficientBand",
    "ItemScore",
    "PayLine",
    "PayScheme",
    "Reward",
    "ScoreItem",
    "ScoreSheet",
    "ScoreTemplate",
]
