"""Contracts: what was agreed with a client, and what it owes for a month.

Finance and account managers work here; the client confirms through a signed link. Nouns: contract, clause, commission
scale, tier, settlement statement, commission row. Verbs: draft, approve, send, confirm, object, pay.
"""
