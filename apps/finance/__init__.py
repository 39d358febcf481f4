"""Finance: what the bills say arrived, and which orders and refunds explain it.

Accountants work here. Nouns: bill, bill line, receipt, fee, match, difference. Verbs: import, classify, match, explain,
dispute, settle.
"""
