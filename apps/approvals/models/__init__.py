"""Policies and their steps; requests with their voices; intentions, decisions, comments, attachments."""

from apps.approvals.models.decision import Attachment, Comment, Decision
from apps.approvals.models.intention import Intention
from apps.approvals.models.policy import Policy, PolicyStep
from apps.approvals.models.request import ApprovalRequest, Voice

__all__ = ["ApprovalRequest", "Attachment", "Comment", "Decision", "Intention", "Policy", "PolicyStep", "Voice"]
