"""Stores and what they sell: products, SKUs, listings and their mapping; changes under approval.

Planners and page specialists work here; a director, a manager or the client decides. Nouns: product, SKU, listing, price
change, listing change, guide price, floor price, price band. Verbs: list, map, propose, decide, withdraw, cancel, apply,
take down.
"""
