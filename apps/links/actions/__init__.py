"""The verbs of signed links."""

from apps.links.actions.signed_link import follow_link, issue_link, revoke_links

__all__ = ["follow_link", "issue_link", "revoke_links"]
