"""Who did what, when and why: the signature under every change, the timeline, and the books of reveals and exports.

Auditors and managers read here. Nouns: signature, timeline, reveal, export. Verbs: sign, tell, record.
"""
