"""Files: what people upload and what the house makes, with an owner, a purpose and an end.

Nouns: stored file. Verbs: keep, open, expire. Everything is encrypted at rest, because an order file holds buyers' data.
"""
