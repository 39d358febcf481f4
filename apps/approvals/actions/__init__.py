"""The verbs of approvals. Floors call these inside their own verbs; nothing here calls back."""

from apps.approvals.actions.decide import decide
from apps.approvals.actions.request import request_approval
from apps.approvals.actions.talk import attach, comment
from apps.approvals.actions.withdraw import lapse, withdraw

__all__ = ["attach", "comment", "decide", "lapse", "request_approval", "withdraw"]
