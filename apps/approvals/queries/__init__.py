"""What approvals can tell: whose decision waits, who could decide, and what was decided."""

from apps.approvals.queries.inbox import decisions_of, inbox_of, open_request_of, readable_requests, requests_of
from apps.approvals.queries.seats import Seat, seats_of

__all__ = ["Seat", "decisions_of", "inbox_of", "open_request_of", "readable_requests", "requests_of", "seats_of"]
