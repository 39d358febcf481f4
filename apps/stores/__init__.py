"""Stores and what they sell: products, SKUs, listings and their mapping.

Planners and page specialists work here. Nouns: product, SKU, listing. Verbs: list, map, propose.
"""
