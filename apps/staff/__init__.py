"""Staff: how people did, and what they are paid for it.

HR and the assessment committee work here, everybody sees their own page. Nouns: score sheet template, score item, score
sheet, item score, coefficient, pay scheme, pay line. Verbs: open a month, score, finish, close, reopen, compute pay.
"""
