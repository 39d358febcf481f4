"""Orders: from a platform's file to an audited shipping order.

Customer service works here. Nouns: import batch, order (the platform's, mirrored and frozen), shipping order (what the
house audits and ships), reason, audit rule, buyer contact. Verbs: receive, check, import, audit, confirm, hold, release,
amend, reveal.
"""
