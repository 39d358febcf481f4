"""Approvals: somebody asks, somebody else decides, and the paper trail says what was shown to whom.

Everybody works here: whoever asks, whoever decides, who stands in for them, and clients through a signed link. The
floors above own what is decided: they ask here, call `decide` inside their own verb, and move their own row by the
answer. Nouns: policy, step, request, voice (one needed decision), decision, intention (a decision given that has not
taken effect), stand-in. Verbs: request, decide, give, take back, comment, attach, withdraw, lapse, remind.
"""
