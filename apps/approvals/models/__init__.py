"""Policies and their steps; requests with their voices; decisions, comments, attachments."""

from apps.approvals.models.decision import Attachment, Comment, Decision
from apps.approvals.models.policy import Policy, PolicyStep
from apps.approvals.models.request import ApprovalRequest, Voice

__all__ = ["ApprovalRequest", "Attachment", "Comment", "Decision", "Policy", "PolicyStep", "Voice"]
